// Elements of the page: how they are found, made and filled; all text goes in as text, never as HTML.

const SVG_NS = "http://www.w3.org/2000/svg";

const byId = (id) => document.getElementById(id);

// An element; attributes that are functions become listeners, those that are null, undefined or false are left out.
function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function makeSvg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG_NS, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function setAttribute(element, name, value) {
  if (typeof value === "function") element.addEventListener(name, value);
  else if (value !== null && value !== undefined && value !== false)
    element.setAttribute(name, value === true ? "" : value);
}

// Text for people who hear the page; the region is emptied first so that the same words are said again.
function say(words) {
  const region = byId("said");
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = words;
  });
}

function later(work, wait) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  };
}

// 1000 as "1 000", with a space that does not break.
const amount = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u00a0");

const counted = (number, one, many) => `${amount(number)}\u00a0${number === 1 ? one : many}`;

const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
