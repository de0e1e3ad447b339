// On a screen charts that answer the pointer take the place of pictures, which stay for paper and where no script runs.
const kinds = { paths: live_paths.Paths, map: live_map.DistrictMap };
const told = JSON.parse(document.getElementById("live-data").textContent);
document.fonts.ready.then(() => {
  for (const figure of document.querySelectorAll("figure[data-live]")) {
    const { kind, data, words } = told[figure.dataset.live], host = document.createElement("div");
    host.className = "live";
    figure.prepend(host);
    new kinds[kind](host, data, words[figure.closest("article").id]);
    figure.classList.add("drawn");
  }
});
