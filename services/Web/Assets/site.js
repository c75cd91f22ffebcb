// What every page needs beyond htmx: a form is sent once, and a code can be copied.
document.documentElement.classList.add("script");

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]") || event.defaultPrevented) {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});

// A page that comes back by the back button can be sent again: its request id makes it the same one.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-sent]");
  if (form) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// A question that a newer one replaces, or that is cut off because a form was sent, is no error, though htmx writes it
// to the console as one.
document.addEventListener("htmx:beforeSend", ({ detail: { xhr } }) => {
  const { onabort } = xhr;
  xhr.onabort = (event) => {
    const { error } = console;
    console.error = () => {};
    try {
      onabort?.call(xhr, event);
    } finally {
      console.error = error;
    }
  };
});

// An answer to what a form said before its last change is not shown: it would undo the change, and the answer to that is
// on its way.
const changed = new WeakSet();

document.addEventListener(
  "change",
  ({ target }) => {
    if (target.matches(".asks")) {
      changed.add(target.form.querySelector("[hx-include='closest form']"));
    }
  },
  true,
);

document.addEventListener("htmx:beforeRequest", ({ target }) => changed.delete(target));

document.addEventListener("htmx:beforeSwap", (event) => {
  if (changed.has(event.target)) {
    event.detail.shouldSwap = false;
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) {
    return;
  }
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  } catch {
    // Without the permission the code stays on the screen to be written down.
  }
});
