// Whether keys of a single sign are turned off (WCAG 2.2, 2.1.4), kept for all pages of the site; with a value, turns them.
"use strict";
const keyless = value => {
  try {
    if (value !== undefined) localStorage.setItem("scriptc-keyless", value ? "yes" : "");
    return localStorage.getItem("scriptc-keyless") === "yes";
  } catch {
    return value === true;  // nothing is kept where the browser forbids it
  }
};
