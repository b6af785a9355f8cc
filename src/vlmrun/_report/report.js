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
  const showInList = (field) => {
    if (field.hidden) return;
    // Only the list scrolls: the page that the reader looks at stays where it is.
    const outer = list.getBoundingClientRect();
    const inner = field.getBoundingClientRect();
    if (inner.top < outer.top) list.scrollTop -= outer.top - inner.top;
    else if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom;
  };
  // Of several places, the first one, or the one on a page.
  const showBox = (number, page = result) => {
    const boxes = byNumber.get(number).filter((element) => !element.classList.contains("field"));
    boxes.find((box) => page.contains(box))?.scrollIntoView({ block: "center" });
  };
  const fieldOf = (number) =>
    byNumber.get(number).find((element) => element.classList.contains("field"));
  const focus = (field) => {
    for (const other of list.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    field.tabIndex = 0;
    showInList(field);
    field.focus({ preventScroll: true });
  };
  const move = (from, step) => {
    const shown = visible();
    const at = shown.indexOf(from);
    const next = shown[Math.min(Math.max(at + step, 0), shown.length - 1)];
    if (next) {
      focus(next);
      showBox(next.dataset.n);
    }
  };

  let pointer = "";
  result.addEventListener("pointermove", (event) => {
    // Browsers send events, too, when a page scrolls below a pointer that rests.
    const place = `${event.clientX} ${event.clientY}`;
    if (place === pointer) return;
    pointer = place;
    const element = numbered(event.target);
    highlight(element?.dataset.n);
    if (element && !element.classList.contains("field")) showInList(fieldOf(element.dataset.n));
  });
  result.addEventListener("pointerleave", () => highlight());
  list.addEventListener("focusin", (event) => {
    const field = event.target.closest(".field");
    if (field) highlight(field.dataset.n);
  });
  result.addEventListener("click", (event) => {
    const element = numbered(event.target);
    if (!element) return;
    event.preventDefault();
    const field = fieldOf(element.dataset.n);
    if (field.hidden) {
      search.value = "";
      uncertain.checked = false;
      filter();
    }
    focus(field);
    highlight(element.dataset.n);
    const link = event.target.closest(".field a");
    const place = link && document.getElementById(link.hash.slice(1));
    if (element === field) showBox(element.dataset.n, place?.closest("figure") ?? result);
    // On a narrow screen, the list is not beside the page.
    else if (getComputedStyle(list.parentElement).position === "static") field.scrollIntoView();
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
      showBox(field.dataset.n);
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
    list.append(...(sorted.checked ? fields : [...fields].sort((a, b) => order(a) - order(b))));
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
