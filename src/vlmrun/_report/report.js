"use strict";
// The report can be read without this script: fields and boxes are links to each other.
for (const result of document.querySelectorAll(".result")) {
  const list = result.querySelector(".fields ol");
  if (!list) continue;
  const fields = [...list.children];
  const byNumber = new Map();
  for (const element of result.querySelectorAll("[data-n]")) {
    const same = byNumber.get(element.dataset.n) ?? [];
    same.push(element);
    byNumber.set(element.dataset.n, same);
  }
  const visible = () => fields.filter((field) => !field.hidden);
  const numbered = (target) => target instanceof Element ? target.closest("[data-n]") : null;
  let highlighted = [];

  const highlight = (number) => {
    for (const element of highlighted) element.classList.remove("on");
    highlighted = byNumber.get(number) ?? [];
    for (const element of highlighted) element.classList.add("on");
  };
  const show = (number, inPages) => {
    const wanted = (byNumber.get(number) ?? []).find(
      (element) => element.classList.contains("field") !== inPages,
    );
    wanted?.scrollIntoView({ block: inPages ? "center" : "nearest" });
  };
  const focus = (field) => {
    for (const other of list.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    field.tabIndex = 0;
    field.focus();
  };
  const move = (from, step) => {
    const shown = visible();
    const at = shown.indexOf(from);
    const next = shown[Math.min(Math.max(at + step, 0), shown.length - 1)];
    if (next) focus(next);
  };

  result.addEventListener("pointerover", (event) => {
    const element = numbered(event.target);
    highlight(element?.dataset.n);
    if (element && !element.classList.contains("field")) show(element.dataset.n, false);
  });
  list.addEventListener("focusin", (event) => {
    const field = event.target.closest(".field");
    if (field) {
      highlight(field.dataset.n);
      if (event.target === field && event.target.matches(":focus-visible")) show(field.dataset.n, true);
    }
  });
  result.addEventListener("click", (event) => {
    const element = numbered(event.target);
    if (!element) return;
    event.preventDefault();
    const isField = element.classList.contains("field");
    highlight(element.dataset.n);
    show(element.dataset.n, isField);
    const field = isField ? element : fields.find((each) => each.dataset.n === element.dataset.n);
    if (field) focus(field);
  });
  list.addEventListener("keydown", (event) => {
    const field = event.target.closest(".field");
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, Home: -1e9, End: 1e9 }[event.key];
    if (!field || event.ctrlKey || event.metaKey || event.altKey) return;
    if (step) {
      event.preventDefault();
      move(field, step);
    } else if (event.key === "Enter") {
      event.preventDefault();
      show(field.dataset.n, true);
    }
  });

  const search = result.querySelector('input[type="search"]');
  const uncertain = result.querySelector('input[name="uncertain"]');
  const sorted = result.querySelector('input[name="sorted"]');
  const texts = new Map(fields.map((field) => [field, field.textContent.toLowerCase()]));
  const filter = () => {
    const wanted = search.value.toLowerCase();
    for (const field of fields) {
      const isCertain = field.classList.contains("hi");
      field.hidden = !texts.get(field).includes(wanted) || (uncertain.checked && isCertain);
    }
    const first = visible()[0];
    if (first && !list.querySelector('.field[tabindex="0"]:not([hidden])')) first.tabIndex = 0;
  };
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    const first = visible()[0];
    if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      focus(first);
    }
  });
  uncertain.addEventListener("change", filter);
  sorted.addEventListener("change", () => {
    const order = (field) => Number(field.dataset.n);
    list.append(...(sorted.checked ? fields : fields.toSorted((a, b) => order(a) - order(b))));
  });
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLInputElement && event.target.type === "search";
  if (event.key === "Escape" && isTyping) {
    event.target.value = "";
    event.target.dispatchEvent(new Event("input"));
    event.target.blur();
  } else if (event.key === "/" && !isTyping) {
    event.preventDefault();
    const searches = [...document.querySelectorAll('input[type="search"]')];
    const near = searches.find((each) => each.closest(".result").getBoundingClientRect().bottom > 80);
    near?.focus();
  }
});
