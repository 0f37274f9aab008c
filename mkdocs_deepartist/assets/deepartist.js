/* What moves in figures: films and their sliders, tiles laid side by side, before and after, and a copy button for
   recipes in themes that have none; and what chooses in galleries. Without JavaScript there are the same pictures, and
   films with the browser's own controls. */
(() => {
  "use strict";

  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const make = (tag, properties = {}, attributes = {}) => {
    const element = Object.assign(document.createElement(tag), properties);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  const makeButton = (text, act) => {
    const button = make("button", { type: "button", className: "deepartist-button", textContent: text });
    button.addEventListener("click", act);
    return button;
  };

  /* Put what is in a picture's box onto a stage, on which more can lie, with a bar of controls below it. */
  const stageOf = (picture) => {
    const there = picture.querySelector(".deepartist-stage");
    if (there) return [there, picture.querySelector(".deepartist-bar")];
    const stage = make("div", { className: "deepartist-stage" });
    stage.append(...picture.childNodes);
    const bar = make("div", { className: "deepartist-bar" });
    picture.append(stage, bar);
    return [stage, bar];
  };

  /* A native slider from 0 to `last` with its label; `words` says a value. */
  const makeSlider = (name, last, words, longest = 0) => {
    const range = make("input", { type: "range", min: 0, max: last, step: 1, value: 0 }, { "aria-label": name });
    const label = make("output", {}, { "aria-live": "off" }); // the slider itself says its value
    label.style.flexBasis = `${longest + 1}ch`;
    const set = (value) => {
      range.value = value;
      label.textContent = words(value);
      range.setAttribute("aria-valuetext", words(value));
    };
    set(0);
    return { range, label, set };
  };

  // -- films ---------------------------------------------------------------------------------------------------------

  /* A film that plays in a <video>: `at` is how much of it has been shown, 0 to 1. */
  const videoPlayer = (video) => ({
    play: () => video.play(),
    pause: () => video.pause(),
    get at() { return video.duration ? video.currentTime / video.duration : 0; },
    set at(share) {
      const seek = () => { video.currentTime = share * video.duration; };
      if (video.duration) seek();
      else video.addEventListener("loadedmetadata", seek, { once: true });
    },
  });

  /* A GIF cannot be stopped: it is covered by one of the frames. Nor can it be asked how far it is. */
  const gifPlayer = (image) => ({
    play: async () => image.parentElement.querySelectorAll("source").forEach((still) => still.remove()),
    pause: () => {},
    at: null,
  });

  const playerOf = (stage) => {
    const video = stage.querySelector("video");
    if (!video) return gifPlayer(stage.querySelector("img"));
    const playable = [...video.querySelectorAll("source")].some((source) => video.canPlayType(source.type));
    const gif = video.querySelector("img");
    if (!playable && gif) {
      video.replaceWith(gif);
      return gifPlayer(gif);
    }
    video.muted = true; // or no browser would start it
    const source = video.querySelector("source").src;
    const poster = video.poster && new URL(video.poster.split("/").at(-1), source).href;
    if (poster !== video.poster) video.poster = poster; // Zensical moves pages about, and overlooks posters
    return videoPlayer(video);
  };

  /* Play while it is wanted and on screen. `changed` is told when the one or the other has changed. */
  const playOnSight = (stage, player, changed) => {
    const sight = { wanted: !calm.matches, playing: false, want };
    let visible = false;
    async function want(value) {
      sight.wanted = value;
      const before = sight.playing;
      sight.playing = value && visible;
      changed(sight);
      if (sight.playing === before) return;
      if (!sight.playing) return player.pause();
      try {
        await player.play();
      } catch (error) {
        if (error.name !== "AbortError") want(false); // that is: paused before it had begun
      }
    }
    new IntersectionObserver((entries) => {
      visible = entries.at(-1).isIntersecting;
      want(sight.wanted);
    }, { threshold: 0.25 }).observe(stage);
    return sight;
  };

  /* Shows frames at full quality, each loaded when it is first asked for, and its neighbours then. */
  const frameShower = (stage, names, alt) => {
    const folder = stage.querySelector("img, video > source").src; // frames lie beside what is shown
    const shown = make("img", { className: "deepartist-frame off-glb", hidden: true, alt: "" });
    const loaded = [];
    let wanted = -1;
    const load = (index) => {
      if (names[index]) loaded[index] ??= make("img", { src: new URL(names[index], folder) });
      return loaded[index];
    };
    stage.append(shown);
    return {
      show: async (index, label) => {
        wanted = index;
        try {
          await load(index).decode();
        } catch {
          return; // it cannot be loaded: what was shown before stays
        }
        if (wanted !== index) return;
        const { naturalWidth: wide, naturalHeight: high } = loaded[index];
        stage.style.setProperty("--deepartist-room", `min(${high}px, ${(100 * high) / wide}%)`);
        Object.assign(shown, { src: loaded[index].src, alt: alt ? `${alt}: ${label}` : "", hidden: false });
        stage.classList.add("deepartist-covered");
        load(index + 1);
        load(index - 1);
      },
      hide: () => {
        wanted = -1;
        shown.hidden = true;
        stage.classList.remove("deepartist-covered");
      },
    };
  };

  const longestOf = (labels) => Math.min(24, Math.max(...labels.map((label) => label.length)));

  /* The sheet of a survey is at the slider's left end; behind it come the frames. */
  const dressSurvey = (picture, { frames, labels, sheet }) => {
    const alt = picture.querySelector("img").alt;
    const [stage, bar] = stageOf(picture);
    const all = `${frames.length} pictures`;
    const shower = frameShower(stage, frames, alt);
    const words = (value) => (value > 0 ? labels[value - 1] : all);
    const slider = makeSlider("Picture of the survey", frames.length, words, longestOf([all, ...labels]));
    const go = (value) => {
      slider.set(value);
      back.disabled = value === 0;
      if (value > 0) shower.show(value - 1, labels[value - 1]);
      else shower.hide();
    };
    const back = makeButton("Sheet", () => {
      go(0);
      slider.range.focus();
    });
    back.title = "All pictures on one sheet";
    back.disabled = true;
    slider.range.addEventListener("input", () => go(slider.range.valueAsNumber));
    if (sheet) bar.append(back);
    bar.append(slider.range, slider.label);
  };

  const dressFilm = (picture, { frames, labels, back, begins, front = 0 }) => {
    const alt = picture.querySelector("img")?.alt ?? "";
    const [stage, bar] = stageOf(picture);
    const player = playerOf(stage);
    stage.querySelector("video")?.removeAttribute("controls");
    const shower = frameShower(stage, frames, alt);
    const slider = makeSlider("Frame of the film", frames.length - 1, (value) => labels[value], longestOf(labels));
    const shots = back ? Math.max(1, 2 * frames.length - 2) : frames.length; // there and back again
    begins ??= Array.from({ length: shots }, (_, shot) => shot / shots);
    const silent = player.at === null; // it does not say which frame it shows
    let index = front, next = 0;
    slider.set(index);

    const follow = () => {
      if (!sight.playing || !picture.isConnected) return;
      const shot = Math.max(0, begins.findLastIndex((begin) => begin <= player.at));
      const now = shot < frames.length ? shot : shots - shot;
      if (now !== index) slider.set(index = now);
      next = requestAnimationFrame(follow);
    };
    const sight = playOnSight(stage, player, ({ wanted, playing }) => {
      button.textContent = wanted ? "Pause" : "Play";
      cancelAnimationFrame(next);
      if (!playing) return;
      shower.hide();
      if (silent) slider.label.textContent = `${frames.length} frames`;
      else follow();
    });
    const button = makeButton(sight.wanted ? "Pause" : "Play", () => {
      if (sight.wanted) return stop();
      if (!silent) player.at = begins[index] + 0.1 * ((begins[index + 1] ?? 1) - begins[index]);
      sight.want(true);
    });
    const stop = () => {
      sight.want(false);
      slider.set(index);
      shower.show(index, labels[index]);
    };
    slider.range.addEventListener("input", () => {
      index = slider.range.valueAsNumber;
      stop();
    });
    slider.range.addEventListener("pointerdown", stop); // also where the value does not change
    slider.range.addEventListener("keydown", ({ key }) => /^(Arrow|Page|Home|End)/.test(key) && stop());
    if (silent && !sight.wanted) shower.show(index, labels[index]);
    bar.append(button, slider.range, slider.label);
  };

  const dressMoving = (picture) => {
    const film = JSON.parse(picture.dataset.film);
    const still = film.sheet || !(picture.querySelector("video") || picture.querySelector("img").src.endsWith(".gif"));
    (still ? dressSurvey : dressFilm)(picture, film);
  };

  // -- tiles ---------------------------------------------------------------------------------------------------------

  const STEPS = { ArrowLeft: [24, 0], ArrowRight: [-24, 0], ArrowUp: [0, 24], ArrowDown: [0, -24] };

  /* A plane without end, as if one flew over it. */
  const dressTile = (picture) => {
    const image = picture.querySelector("img");
    const [stage, bar] = stageOf(picture);
    const plane = make("div", { className: "deepartist-plane", hidden: true, tabIndex: 0 }, {
      role: "application",
      "aria-label": `${image.alt || "The picture"}, laid side by side: drag it, or move it with the arrow keys`,
    });
    let x = 0, y = 0;
    const move = (right, down) => {
      [x, y] = [x + right, y + down];
      plane.style.backgroundPosition = `${x}px ${y}px`;
    };
    const lay = (laid) => {
      if (laid) plane.style.backgroundImage = `url("${image.currentSrc || image.src}")`;
      plane.hidden = !laid;
      stage.classList.toggle("deepartist-covered", laid);
      button.setAttribute("aria-pressed", laid);
      (laid ? plane : button).focus({ preventScroll: true });
    };
    const button = makeButton("Tile", () => lay(plane.hidden));
    button.title = "Lay it side by side";
    button.setAttribute("aria-pressed", false);

    plane.addEventListener("keydown", (event) => {
      if (!(event.key in STEPS) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      move(...STEPS[event.key]);
    });
    picture.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !plane.hidden) lay(false);
    });
    plane.addEventListener("pointerdown", (event) => {
      plane.setPointerCapture(event.pointerId);
      let from = event;
      const drag = (to) => {
        move(to.clientX - from.clientX, to.clientY - from.clientY);
        from = to;
      };
      plane.addEventListener("pointermove", drag);
      plane.addEventListener("lostpointercapture", () => plane.removeEventListener("pointermove", drag), { once: true });
    });
    stage.append(plane);
    bar.append(button);
  };

  // -- before and after ----------------------------------------------------------------------------------------------

  const aspect = (image) => image.getAttribute("width") / image.getAttribute("height");

  /* In a strip whose content has about the shape of the result, to which it was stretched to be painted, the one is
     drawn over the other like a curtain. */
  const dressCompared = (figure) => {
    const content = figure.querySelector('[data-role="content"] img');
    const picture = figure.querySelector(".deepartist-result .deepartist-picture:not([data-film])");
    const result = picture?.querySelector("picture img");
    if (!content || !result || Math.abs(aspect(content) / aspect(result) - 1) > 0.05) return;
    const [stage, bar] = stageOf(picture);
    const curtain = make("img", { className: "deepartist-curtain off-glb", src: content.src, alt: "", loading: "lazy" });
    const words = (value) => (value > 0 ? `${value} % content` : "result");
    const slider = makeSlider("How much of the content is drawn over the result", 100, words);
    slider.range.title = "Draw the content over the result";
    const draw = (value) => {
      slider.set(value);
      curtain.style.clipPath = `inset(0 ${100 - value}% 0 0)`;
    };
    slider.range.addEventListener("input", () => draw(slider.range.valueAsNumber));
    draw(0);
    stage.append(curtain);
    bar.append(slider.range);
    picture.parentElement.append(bar); // below the word under the picture, as it stands beside others
  };

  // -- recipes -------------------------------------------------------------------------------------------------------

  const themeCopies = () => {
    try {
      const config = JSON.parse(document.getElementById("__config").textContent);
      return config.features.includes("content.code.copy");
    } catch {
      return false;
    }
  };

  const addCopy = (source) => {
    const code = source.querySelector("pre");
    if (!code) return;
    const button = makeButton("Copy", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent.trim() + "\n");
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    button.classList.add("deepartist-copy");
    button.setAttribute("aria-label", "Copy the recipe");
    source.append(button);
  };

  // -- galleries -----------------------------------------------------------------------------------------------------

  /* Choose among the paintings by what took part in them. An address may choose, too: gallery/#operator=gram&view=wrap */
  const dressGallery = (gallery) => {
    const paintings = [...gallery.querySelectorAll("li")];
    const count = make("output");
    const namesOf = (painting, kind) => JSON.parse(painting.dataset[kind]);
    const has = (painting, kind, name) => namesOf(painting, kind).includes(name);
    const kinds = ["pipeline", "operator", "view", "tag"].flatMap((kind) => {
      const names = new Set(paintings.flatMap((painting) => namesOf(painting, kind)));
      if (!names.size || paintings.every((painting) => [...names].every((name) => has(painting, kind, name)))) return [];
      const select = make("select", { name: kind }, { "aria-label": `Show paintings by ${kind}` });
      select.append(new Option(`any ${kind}`, ""), ...[...names].sort().map((name) => new Option(name, name)));
      select.addEventListener("change", () => {
        choose();
        tell();
      });
      return [select];
    });
    const obey = () => {
      const wanted = new URLSearchParams(location.hash.slice(1));
      for (const select of kinds) {
        select.value = wanted.get(select.name) ?? "";
        if (select.selectedIndex < 0) select.value = ""; // no painting has it
      }
      choose();
    };
    const tell = () => {
      const chosen = new URLSearchParams(kinds.filter(({ value }) => value).map(({ name, value }) => [name, value]));
      const [address] = location.href.split("#");
      history.replaceState(history.state, "", chosen.size ? `${address}#${chosen}` : address);
    };
    const choose = () => {
      for (const painting of paintings)
        painting.hidden = !kinds.every(({ name, value }) => !value || has(painting, name, value));
      const shown = paintings.filter((painting) => !painting.hidden).length;
      count.textContent = `${shown} of ${paintings.length}`;
    };
    if (!kinds.length) return;
    obey();
    addEventListener("hashchange", obey);
    const bar = make("div", { className: "deepartist-choice" });
    bar.append(...kinds, count);
    gallery.prepend(bar);
  };

  // -- pages ---------------------------------------------------------------------------------------------------------

  /* Do it once with every element, however often the page is looked through. */
  const each = (selector, act) => {
    for (const element of document.querySelectorAll(selector)) {
      if ("dressed" in element.dataset) continue;
      element.dataset.dressed = "";
      act(element);
    }
  };

  const dress = () => {
    each("figure.deepartist [data-film]", dressMoving);
    each("figure.deepartist [data-tile]", dressTile);
    each("figure.deepartist--compare", dressCompared);
    each("div.deepartist-gallery", dressGallery);
    if (navigator.clipboard && !themeCopies()) each("figure.deepartist .deepartist-source", addCopy);
  };

  // Material exchanges pages without loading them (navigation.instant) and tells so here.
  if (typeof document$ !== "undefined") document$.subscribe(dress);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", dress);
  else dress();
})();
