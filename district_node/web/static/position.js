// Where this phone is, told only while the crew wants it told. Latest wins; nothing is kept.
import { post, toast } from "/shared/act.js";
import { nowUs } from "/shared/clock.js";
import { t } from "/shared/i18n.js";

const EVERY_MS = 5000;
let watching = null;
let toldAt = 0;

/** Turn telling on or off; answers whether it is on now. */
export function sharePosition(unit, place) {
  if (watching !== null) {
    navigator.geolocation.clearWatch(watching);
    watching = null;
    return false;
  }
  if (!navigator.geolocation || !isSecureContext) {
    toast(t("crewpage.no_place"), "bad");
    return false;
  }
  const tell = ({ coords }) => {
    const here = { lat: coords.latitude, lon: coords.longitude };
    place(here);
    if (Date.now() - toldAt < EVERY_MS) return;
    toldAt = Date.now();
    post(`/crew/${encodeURIComponent(unit)}/position`, { unit, place: here, at: Math.round(nowUs()) });
  };
  watching = navigator.geolocation.watchPosition(tell, () => toast(t("crewpage.no_place"), "bad"), { enableHighAccuracy: true, maximumAge: 5000 });
  return true;
}
