// Shows times in the viewer's zone, with UTC on hover, and says when there is something new. Pages work without it.
"use strict";

const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
for (const time of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(time.dateTime);
  if (!Number.isNaN(moment.getTime())) time.textContent = format.format(moment);
}

const news = document.querySelector(".news");
if (news && "EventSource" in window) {
  const link = news.querySelector("a");
  link.href = location.href;
  const source = new EventSource("/live");
  source.addEventListener("findings", () => { news.hidden = false; });
  addEventListener("pagehide", () => source.close());
}
