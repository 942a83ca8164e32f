"use strict";
(function () {
  const said = document.getElementById("said");
  const lang = new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh";
  const at = (id) => `/upload/${id}?lang=${lang}`;

  async function told(answer, otherwise) {
    try {
      const problem = await answer.json();
      return problem[lang] || otherwise;
    } catch {
      return otherwise;
    }
  }

  // ---- handing in
  const form = document.getElementById("upload");
  if (form) {
    const file = document.getElementById("file");
    const limit = 64 * 1024 * 1024;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const chosen = file.files[0];
      if (!chosen) return;
      if (chosen.size > limit) {
        said.textContent = form.dataset.large;
        return;
      }
      const query = new URLSearchParams({ name: chosen.name });
      const area = document.getElementById("area").value.trim();
      if (area) query.set("area", area);
      if (document.getElementById("complete").checked) query.set("complete", "true");
      const button = form.querySelector("button");
      button.disabled = true;
      said.textContent = form.dataset.sending;
      try {
        const answer = await fetch(`/api/v1/datasets?${query}`, {
          method: "POST",
          headers: { "content-type": "application/octet-stream" },
          body: chosen,
        });
        if (answer.ok) {
          location.href = at((await answer.json()).id);
          return;
        }
        said.textContent = await told(answer, form.dataset.failed);
      } catch {
        said.textContent = form.dataset.failed;
      }
      button.disabled = false;
    });
    for (const name of ["dragover", "dragenter"]) {
      form.addEventListener(name, (event) => {
        event.preventDefault();
        form.classList.add("over");
      });
    }
    form.addEventListener("dragleave", () => form.classList.remove("over"));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("over");
      if (event.dataTransfer.files.length) {
        file.files = event.dataTransfer.files;
        form.requestSubmit();
      }
    });
  }
  for (const button of document.querySelectorAll("[data-retract]")) {
    button.addEventListener("click", async () => {
      if (button.dataset.asked !== "yes") {
        button.dataset.asked = "yes"; // a second click says yes
        button.title = said.textContent = button.dataset.sure;
        button.classList.add("sure");
        return;
      }
      button.disabled = true;
      const id = encodeURIComponent(button.dataset.retract);
      const answer = await fetch(`/api/v1/datasets/${id}`, { method: "DELETE" });
      if (answer.ok) location.reload();
      else said.textContent = await told(answer, String(answer.status));
    });
  }

  // ---- one job
  async function step(id, body) {
    const answer = await fetch(`/api/v1/jobs/${id}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) {
      said.textContent = await told(answer, String(answer.status));
      said.scrollIntoView({ block: "center" });
      return;
    }
    location.href = body.do === "drop" ? `/upload?lang=${lang}` : at(id);
  }
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => {
      button.disabled = true;
      step(button.dataset.job, { do: button.dataset.do });
    });
  }
  for (const button of document.querySelectorAll("[data-accept]")) {
    button.addEventListener("click", () => {
      button.disabled = true;
      step(button.dataset.job, { do: "accept", accept: [button.dataset.accept] });
    });
  }
  for (const button of document.querySelectorAll("[data-none]")) {
    button.addEventListener("click", () =>
      step(button.dataset.job, { do: "answer", answers: [{ layout: button.dataset.none }] }),
    );
  }
  for (const form of document.querySelectorAll("form.answer")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const columns = {};
      for (const select of form.querySelectorAll("[data-header]")) {
        columns[select.dataset.header] = select.value || null;
      }
      const { layout, kind, job } = form.dataset;
      step(job, { do: "answer", answers: [{ layout, kind, columns }] });
    });
  }
})();
