// Sends this phone's position while the crew shares it. The latest wins; nothing is stored.
import { post, toast } from "/shared/actions.js";
import { nowUs } from "/shared/clock.js";
import { t } from "/shared/i18n.js";

const EVERY_MS = 5000;
let watching = null;
let sentAt = 0;

/** Turn sharing on or off; returns whether it is on now. Each position goes to `onPosition`. */
export function sharePosition(unit, onPosition) {
  if (watching !== null) {
    navigator.geolocation.clearWatch(watching);
    watching = null;
    return false;
  }
  if (!navigator.geolocation || !isSecureContext) {
    toast(t("crewpage.no_place"), "bad");
    return false;
  }
  const send = ({ coords }) => {
    const { latitude, longitude } = coords;
    onPosition({ lat: latitude, lon: longitude });
    if (Date.now() - sentAt < EVERY_MS) return;
    sentAt = Date.now();
    post(`/api/v1/units/${encodeURIComponent(unit)}/positions`, {
      place: { latitude, longitude },
      at: new Date(nowUs() / 1000).toISOString(),
    });
  };
  watching = navigator.geolocation.watchPosition(send, () => toast(t("crewpage.no_place"), "bad"), {
    enableHighAccuracy: true,
    maximumAge: 5000,
  });
  return true;
}
