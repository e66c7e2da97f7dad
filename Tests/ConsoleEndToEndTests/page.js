// What is asked of a page from within it. The text of this file becomes a function's body, whose first argument is the
// name of a question; it gives a list of what is wrong, each as a sentence, unless it says otherwise.
"use strict";

const name = (element) => {
  const text = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40);
  const id = element.id ? "#" + element.id : "";
  const classes = [...element.classList].map((one) => "." + one).join("");
  return element.localName + id + classes + (text ? ` '${text}'` : "");
};

const isShown = (element) =>
  element.checkVisibility({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true });

const once = (sentences) => [...new Set(sentences)];

// Colours

const canvas = document.createElement("canvas");
canvas.width = canvas.height = 1;
const pen = canvas.getContext("2d", { willReadFrequently: true });

/// Any way in which CSS writes a colour, as red, green, blue (0 to 255) and alpha (0 to 1).
const channels = (colour) => {
  pen.clearRect(0, 0, 1, 1);
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
};

const over = (front, back) =>
  [0, 1, 2].map((index) => front[index] * front[3] + back[index] * (1 - front[3])).concat(1);

/// WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
const luminance = (colour) => {
  const [red, green, blue] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

/// What an element is drawn on; nil where that is a picture.
const background = (element) => {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    if (style.backgroundImage !== "none") return null;
    const colour = channels(style.backgroundColor);
    layers.push(colour);
    if (colour[3] === 1) break;
  }
  // Below everything is the browser's own white, or what it has instead of that in the dark.
  let back = channels("Canvas");
  for (const layer of layers.reverse()) back = over(layer, back);
  return back;
};

const opacity = (element) => {
  let product = 1;
  for (let at = element; at; at = at.parentElement) product *= Number(getComputedStyle(at).opacity);
  return product;
};

const weakText = (element, colour, what, minimum) => {
  const back = background(element);
  if (!back) return [`${what} stands on a picture: its contrast is not known`];
  const ink = channels(colour);
  ink[3] *= opacity(element);
  const ratio = contrast(over(ink, back), back);
  return ratio >= minimum ? [] : [`${what} has a contrast of ${ratio.toFixed(2)}:1`];
};

// Boxes

const scrolls = (element) => ["auto", "scroll", "hidden"].includes(getComputedStyle(element).overflowX);

const isInOwnBox = (element) => {
  for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
    if (scrolls(at)) return true;
  }
  return false;
};

const focusable = () =>
  [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(
    (element) =>
      element.tabIndex >= 0 &&
      !element.disabled &&
      element.type !== "hidden" &&
      isShown(element) &&
      !element.closest(".news")
  );

const questions = {
  /// Opens whatever can be opened.
  open() {
    for (const details of document.querySelectorAll("details")) details.open = true;
    return [];
  },

  structure() {
    const wrong = [];
    const count = (selector, wanted) => {
      const there = document.querySelectorAll(selector).length;
      if (there !== wanted) wrong.push(`there are ${there} of '${selector}' instead of ${wanted}`);
    };
    if (!document.title.trim()) wrong.push("there is no title");
    if (!document.documentElement.lang) wrong.push("the language is not told");
    count("h1", 1);
    count("main", 1);
    if (!document.querySelector("h1")?.textContent.trim()) wrong.push("the h1 is empty");
    if (document.querySelector("h1") && !document.querySelector("main h1")) wrong.push("the h1 is not in main");
    let level = 1;
    for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
      const next = Number(heading.localName[1]);
      if (next > level + 1) wrong.push(`${name(heading)} skips a level`);
      level = next;
    }
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    for (const id of once(ids.filter((id, index) => ids.indexOf(id) !== index))) {
      wrong.push(`the id ${id} is there twice`);
    }
    for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
      for (const element of document.querySelectorAll(`[${attribute}]`)) {
        for (const id of element.getAttribute(attribute).split(/\s+/)) {
          if (!document.getElementById(id)) wrong.push(`${name(element)} refers to ${id}, which is not there`);
        }
      }
    }
    return wrong;
  },

  /// Whether every control, link and region says what it is.
  names() {
    const said = (element) =>
      element.getAttribute("aria-label")?.trim() ||
      (element.getAttribute("aria-labelledby") || "")
        .split(/\s+/)
        .some((id) => document.getElementById(id)?.textContent.trim());
    const wrong = [];
    for (const control of document.querySelectorAll("input, select, textarea")) {
      if (control.type === "hidden") continue;
      // What a label's own control holds is no label.
      const labels = [...control.labels].map((label) => {
        const copy = label.cloneNode(true);
        for (const one of copy.querySelectorAll("input, select, textarea")) one.remove();
        return copy.textContent.trim();
      });
      if (said(control) || labels.some(Boolean)) continue;
      wrong.push(`${control.localName}[name=${control.name}] has no label`);
    }
    for (const element of document.querySelectorAll("a[href], button, summary")) {
      if (!said(element) && !element.textContent.trim()) wrong.push(`${element.outerHTML.slice(0, 80)} has no name`);
    }
    for (const group of document.querySelectorAll("fieldset")) {
      if (said(group) || group.querySelector("legend")?.textContent.trim()) continue;
      wrong.push(`${name(group)} has no legend`);
    }
    for (const element of document.querySelectorAll("[role=region], [role=img], svg, img")) {
      if (!said(element) && !element.alt && element.getAttribute("aria-hidden") !== "true") {
        wrong.push(`${name(element)} has no name`);
      }
    }
    const navigation = [...document.querySelectorAll("nav")];
    if (navigation.length > 1 && !navigation.every(said)) wrong.push("several nav, and not every one has a name");
    return once(wrong);
  },

  /// Whether every text, also what is shown only later, can be read by people who see little contrast.
  contrast() {
    const wrong = [];
    const minimum = 4.5;
    const later = [...document.querySelectorAll("[hidden]")];
    for (const element of later) element.hidden = false;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      if (!texts.currentNode.data.trim() || !isShown(element)) continue;
      if (element.closest("option, script, style, textarea, svg title")) continue;
      const style = getComputedStyle(element);
      wrong.push(...weakText(element, element.closest("svg") ? style.fill : style.color, name(element), minimum));
    }
    for (const control of document.querySelectorAll("input, select, textarea")) {
      if (!isShown(control) || control.type === "checkbox" || control.type === "radio") continue;
      const what = `${control.localName}[name=${control.name}]`;
      wrong.push(...weakText(control, getComputedStyle(control).color, what, minimum));
      if (control.placeholder) {
        const colour = getComputedStyle(control, "::placeholder").color;
        wrong.push(...weakText(control, colour, `the placeholder of ${what}`, minimum));
      }
    }
    for (const element of later) element.hidden = true;
    return once(wrong);
  },

  /// Whether the page is as wide as the window; tables and pictures may scroll in boxes of their own.
  width() {
    const wide = document.documentElement.clientWidth;
    const scroller = document.scrollingElement;
    scroller.scrollLeft = 1000;
    const moved = scroller.scrollLeft;
    scroller.scrollLeft = 0;
    if (moved === 0 && scroller.scrollWidth <= wide) return [];
    const beyond = [...document.body.querySelectorAll("*")].filter(
      (element) => element.getBoundingClientRect().right > wide + 0.5 && !isInOwnBox(element)
    );
    // An element that holds another one says nothing more.
    const inner = beyond.filter((element) => !beyond.some((other) => other !== element && element.contains(other)));
    return [`it is ${scroller.scrollWidth} wide at ${wide}: ${once(inner.map(name)).slice(0, 5).join(", ")}`];
  },

  /// Boxes that scroll sideways and that nobody can reach by keyboard.
  scrolling() {
    return [...document.body.querySelectorAll("*")]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .filter((element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX))
      .filter((element) => element.tabIndex < 0 && isShown(element))
      .map((element) => `${name(element)} scrolls, and has no tabindex`);
  },

  /// How many elements the Tab key stops at, as a number; each is marked with its place.
  stops() {
    const elements = focusable();
    for (const [index, element] of elements.entries()) element.dataset.stop = index;
    return elements.length;
  },

  /// The stop that the keyboard is at, and what is wrong with how it shows: [place, "news" or null, complaints].
  stop() {
    const element = document.activeElement;
    if (!element || element === document.body || element === document.documentElement) return [null, []];
    const wrong = [];
    const style = getComputedStyle(element);
    const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (!hasOutline) wrong.push(`${name(element)} does not show that the keyboard is at it`);
    else if (style.outlineStyle !== "auto") {
      wrong.push(...weakText(element.parentElement, style.outlineColor, `the focus of ${name(element)}`, 3));
    }
    const box = element.getBoundingClientRect();
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) {
      wrong.push(`${name(element)} is out of sight while the keyboard is at it`);
    }
    // News may come at any moment, also after the stops were counted.
    return [element.closest(".news") ? "news" : Number(element.dataset.stop ?? -1), wrong];
  },

  /// Whatever a record could have brought into the page, beside the page's own.
  foreign() {
    const wrong = [];
    if (window.hostile !== undefined) wrong.push("a record's script ran");
    const own = new Set(
      (
        "html head meta title link script body a header p nav ul li main h1 h2 h3 span dl dt dd code section form " +
        "input label textarea button ol details summary pre footer time div table thead tbody tr th td br figure svg " +
        "line text rect select option fieldset legend"
      ).split(" ")
    );
    for (const element of document.querySelectorAll("*")) {
      if (!own.has(element.localName)) wrong.push(`there is <${element.localName}>`);
      for (const attribute of element.attributes) {
        if (attribute.name.startsWith("on") || ["style", "srcdoc"].includes(attribute.name)) {
          wrong.push(`<${element.localName}> has ${attribute.name}`);
        }
      }
    }
    const scripts = [...document.scripts].map((script) => script.getAttribute("src"));
    if (scripts.join() !== "/assets/console.js") wrong.push(`there are the scripts ${scripts.join()}`);
    for (const link of document.querySelectorAll("a[href], form[action], link[href]")) {
      const address = link.getAttribute("href") ?? link.getAttribute("action");
      // Its own pages, those of rules' references, and the news' link, which has the page's whole address.
      const isUsual = /^(\/|#|https:\/\/|$)/.test(address) || address.startsWith(location.origin + "/");
      if (!isUsual) wrong.push(`a link leads to ${address}`);
    }
    // Marks that turn the direction of writing, and what cannot be seen.
    const hidden =
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;
    const found = hidden.exec(document.documentElement.outerHTML);
    if (found) wrong.push(`U+${found[0].codePointAt(0).toString(16)} is in the page as it is`);
    return once(wrong);
  },
};

return questions[arguments[0]]();
