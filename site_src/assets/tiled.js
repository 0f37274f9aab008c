// Boxes that show a seamless tile laid side by side: <div class="tiled" data-tile="ID OF THE FIGURE"></div>
document$.subscribe(() => {
  for (const box of document.querySelectorAll("[data-tile]")) {
    const picture = document.querySelector(`#${CSS.escape(box.dataset.tile)} img`);
    if (picture) box.style.backgroundImage = `url("${picture.src}")`;
  }
});
