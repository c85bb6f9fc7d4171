/* Copyright (c) 2026 authkit contributors
   GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
   SPDX-License-Identifier: GPL-3.0-or-later */
"use strict";
(() => {
  // The page is complete without this script, which only hides and opens what is there.
  const form = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const nothing = document.getElementById("nothing");
  const openAll = document.getElementById("open");
  const theme = document.getElementById("theme");
  const words = (element) => element.textContent.toLowerCase();

  const checks = [...document.querySelectorAll(".check")].map((element) => ({
    element,
    group: element.closest(".group"),
    realm: element.closest(".realm"),
    text: words(element),
    head: words(element.querySelector("summary")),
    findings: [...element.querySelectorAll(".finding")].map((finding) => ({ element: finding, text: words(finding) })),
  }));
  const findings = checks.reduce((sum, check) => sum + check.findings.length, 0);
  const openAtFirst = new Map([...document.querySelectorAll(".realm .group")].map((group) => [group, group.open]));

  const matches = (item, wanted) =>
    (!wanted.severity || item.element.dataset.severity === wanted.severity) &&
    (!wanted.status || item.element.dataset.status === wanted.status);

  const filter = () => {
    const data = new FormData(form);
    const wanted = {
      terms: (data.get("text") || "").toLowerCase().split(/\s+/).filter(Boolean),
      severity: data.get("severity"),
      status: data.get("status"),
      realm: data.get("realm"),
    };
    const active = Boolean(wanted.terms.length || wanted.severity || wanted.status || wanted.realm);
    const holds = (text) => wanted.terms.every((term) => text.includes(term));
    const visible = new Set();
    let findingsShown = 0;
    let checksShown = 0;
    for (const check of checks) {
      let show = false;
      if (!wanted.realm || check.realm.dataset.realm === wanted.realm) {
        for (const finding of check.findings) {
          const hit = matches(finding, wanted) && holds(check.head + " " + finding.text);
          finding.element.hidden = !hit;
          show = show || hit;
          findingsShown += hit ? 1 : 0;
        }
        show = show || (!check.findings.length && matches(check, wanted) && holds(check.text));
        show = show || !active;
      }
      check.element.hidden = !show;
      if (show) {
        checksShown += 1;
        visible.add(check.group).add(check.realm);
      }
    }
    for (const [group, open] of openAtFirst) {
      group.hidden = !visible.has(group);
      group.open = active ? true : open;
    }
    for (const realm of document.querySelectorAll(".realm")) {
      realm.hidden = !visible.has(realm);
    }
    nothing.hidden = checksShown > 0;
    shown.textContent = active
      ? findingsShown + " of " + findings + " findings, " + checksShown + " of " + checks.length + " checks"
      : findings + " findings, " + checks.length + " checks";
  };

  openAll.addEventListener("click", () => {
    const open = openAll.getAttribute("aria-pressed") !== "true";
    openAll.setAttribute("aria-pressed", String(open));
    openAll.textContent = open ? "Close all" : "Open all";
    for (const check of checks) {
      check.element.open = open;
    }
  });
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter, 0));

  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const label = () => {
    theme.textContent = dark() ? "Light" : "Dark";
    theme.setAttribute("aria-label", dark() ? "Show in light colors" : "Show in dark colors");
  };
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    label();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);

  theme.hidden = false;
  form.hidden = false;
  label();
  filter();
})();
