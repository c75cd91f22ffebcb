// The place of a report: a pin with its circle of uncertainty on a map drawn from the client's zones. Without this
// script the place is typed as two numbers.
const map = document.getElementById("map");
const place = document.getElementById("place");
const accuracy = document.getElementById("accuracy");
const hint = document.getElementById("map-hint");

if (map && window.L) {
  const L = window.L;
  const [south, west, north, east] = map.dataset.area.split(",").map(Number);
  const area = L.latLngBounds([south, west], [north, east]);
  const view = L.map(map, {
    attributionControl: false,
    zoomControl: false,
    maxBounds: area.pad(1),
    minZoom: 9,
    maxZoom: 20,
    fadeAnimation: false,
  });
  L.control.zoom({ zoomInTitle: map.dataset.zoomIn, zoomOutTitle: map.dataset.zoomOut }).addTo(view);
  L.control.scale({ imperial: false }).addTo(view);
  if (map.dataset.tiles) {
    L.tileLayer(map.dataset.tiles, { maxZoom: 20 }).addTo(view);
  }
  view.fitBounds(area);
  L.rectangle(area, { className: "area", fill: false, interactive: false }).addTo(view);
  draw(L, view);

  const candidates = L.layerGroup().addTo(view);
  let pin = null;
  let circle = null;

  const put = (latlng, meters, told) => {
    if (!pin) {
      const icon = L.divIcon({ className: "pin", iconSize: [34, 46], iconAnchor: [17, 44] });
      pin = L.marker(latlng, { icon, draggable: true, keyboard: true }).addTo(view);
      pin.getElement().setAttribute("aria-label", map.dataset.pin);
      pin.on("dragend", () => choose(pin.getLatLng(), 0));
      circle = L.circle(latlng, { radius: 0, className: "accuracy", interactive: false }).addTo(view);
    }
    pin.setLatLng(latlng);
    circle.setLatLng(latlng).setRadius(meters);
    hint.textContent =
      meters > 0 ? hint.dataset.about.replace("{n}", String(Math.round(meters))) : hint.dataset.exact;
    if (told) {
      place.value = `${latlng.lat.toFixed(6)}, ${latlng.lng.toFixed(6)}`;
      accuracy.value = meters > 0 ? String(Math.ceil(meters)) : "";
      place.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  const choose = (latlng, meters) => put(latlng.wrap(), meters, true);

  const typed = () => {
    const match = /^\s*\(?(-?\d+(?:\.\d+)?)[\s,]+(-?\d+(?:\.\d+)?)\)?\s*$/.exec(place.value);
    if (match) {
      const latlng = L.latLng(Number(match[1]), Number(match[2]));
      put(latlng, Number(accuracy.value) || 0, false);
      view.setView(latlng, Math.max(view.getZoom(), 17), { animate: false });
    }
  };

  view.on("click", (event) => choose(event.latlng, 0));
  place.addEventListener("input", () => {
    accuracy.value = "";
    typed();
  });
  // What was typed comes back with the back button, after this script has run.
  window.addEventListener("pageshow", typed);

  document.getElementById("locate")?.addEventListener("click", () => {
    if (!navigator.geolocation) {
      hint.textContent = hint.dataset.denied;
      return;
    }
    navigator.geolocation.getCurrentPosition(
      (position) => {
        const { latitude, longitude, accuracy: meters } = position.coords;
        const latlng = L.latLng(latitude, longitude);
        choose(latlng, Math.min(meters, 5000));
        view.setView(latlng, 18, { animate: false });
      },
      () => {
        hint.textContent = hint.dataset.denied;
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 10000 },
    );
  });

  document.addEventListener("htmx:afterSwap", () => {
    candidates.clearLayers();
    for (const box of document.querySelectorAll("[data-candidate]")) {
      const [lat, lon] = box.dataset.candidate.split(",").map(Number);
      L.circleMarker([lat, lon], { radius: 7, className: "near" })
        .on("click", () => box.click())
        .addTo(candidates);
    }
  });
}

// The ground: lines of administrative areas below, zones with rules of their own above. Whatever is missing, the pin
// works all the same.
async function draw(L, view) {
  const [areas, zones] = await Promise.all([json(map.dataset.areas), json(map.dataset.zones)]);
  if (areas) {
    L.geoJSON(areas, { interactive: false, style: { className: "lines" } }).addTo(view).bringToBack();
  }
  if (zones) {
    zones.features = zones.features.filter((f) => f.geometry);
    L.geoJSON(zones, {
      interactive: false,
      style: (zone) => ({ className: `zone ${zone.properties.parking}` }),
    }).addTo(view);
  }
}

async function json(address) {
  try {
    const reply = await fetch(address);
    return reply.ok ? await reply.json() : null;
  } catch {
    return null;
  }
}

// One more row for a vehicle's code, without asking the server.
document.getElementById("add-row")?.addEventListener("click", (event) => {
  event.preventDefault();
  const rows = document.getElementById("rows");
  if (rows.children.length >= Number(rows.dataset.max)) {
    return;
  }
  const row = rows.lastElementChild.cloneNode(true);
  const input = row.querySelector("input");
  input.value = "";
  input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+/, rows.children.length + 1));
  rows.append(row);
  document.querySelector("input[name=rows]").value = String(rows.children.length);
  input.focus();
});
