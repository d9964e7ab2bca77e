// How a bot moves: from place to place along a bent path, slow at both ends, resting in between.

const REST_MS = [400, 1800];
const MS_PER_SURFACE = 2600; // the time for a walk across the whole surface
const WALK_MS_MIN = 500;
const BEND = 0.22; // how far a path swerves, as a share of its length

/** `at(now)` is the position at that time; `rests()` is called at each arrival with the place. */
export function createWalk(random, pickPlace, rests) {
  let from = pickPlace();
  let to = from;
  let via = from;
  let startsAt = 0;
  let endsAt = 0;

  function setOff(now) {
    from = to;
    to = pickPlace();
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const bend = (random() - 0.5) * 2 * BEND;
    via = { x: (from.x + to.x) / 2 - dy * bend, y: (from.y + to.y) / 2 + dx * bend };
    startsAt = now + REST_MS[0] + random() * (REST_MS[1] - REST_MS[0]);
    endsAt = startsAt + Math.max(WALK_MS_MIN, Math.hypot(dx, dy) * MS_PER_SURFACE);
  }

  return {
    at(now) {
      if (now >= endsAt) {
        if (endsAt > 0) rests(to);
        setOff(now);
      }
      const t = ease(Math.max(0, (now - startsAt) / (endsAt - startsAt)));
      return { x: bezier(from.x, via.x, to.x, t), y: bezier(from.y, via.y, to.y, t) };
    },
  };
}

const ease = (t) => t * t * t * (t * (t * 6 - 15) + 10);
const bezier = (a, b, c, t) => (1 - t) * (1 - t) * a + 2 * (1 - t) * t * b + t * t * c;
