"use strict";
(function () {
  // what is left empty needn't stand in the address
  for (const one of document.querySelectorAll("form")) {
    one.addEventListener("submit", () => {
      for (const field of one.elements) if (field.name && !field.value) field.disabled = true;
    });
  }
  // choosing a wider area empties the finer selects and shows it at once
  const form = document.getElementById("choose");
  if (form) {
    const selects = [...form.querySelectorAll("select[data-place]")];
    selects.forEach((select, i) => {
      select.addEventListener("change", () => {
        for (const finer of selects.slice(i + 1)) finer.value = "";
        form.requestSubmit();
      });
    });
    for (const select of form.querySelectorAll("select[data-auto]")) {
      select.addEventListener("change", () => form.requestSubmit());
    }
  }
})();
