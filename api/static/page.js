"use strict";
// Loaded in the head and listening on the document, so that a choice made while the page is
// still arriving counts too.
(function () {
  // what is left empty needn't stand in the address
  document.addEventListener("formdata", (event) => {
    const data = event.formData;
    for (const name of new Set(data.keys())) if (!data.get(name)) data.delete(name);
  });
  // choosing a wider area empties the finer selects; either way it is shown at once
  document.addEventListener("change", (event) => {
    const select = event.target;
    if (!select.matches("#choose select[data-place], #choose select[data-auto]")) return;
    if (select.matches("[data-place]")) {
      const all = [...select.form.querySelectorAll("select[data-place]")];
      for (const finer of all.slice(all.indexOf(select) + 1)) finer.value = "";
    }
    select.form.requestSubmit();
  });
})();
