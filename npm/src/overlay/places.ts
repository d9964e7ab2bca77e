/** Where surfaces stand: found once, measured once a frame. */
import { type Surface, type SurfaceMatrix, surfaceMatrix } from '@mote/presence';

/** A surface in this frame. */
export interface Place {
  readonly matrix: SurfaceMatrix;
  /** What is seen of it: nothing is drawn outside. */
  readonly clip: Clip;
  /** What of the page scrolls it, the innermost first. */
  readonly scrollers: readonly Element[];
}

export interface Clip {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A surface that is on the page, and the elements that cut it off. */
interface Found {
  readonly surface: Surface;
  readonly clips: readonly { element: Element; scrolls: boolean }[];
}

export class Places {
  readonly #own: Surface;
  readonly #hasAnchors: boolean;
  /** By the id of the anchor; the empty one is the surface itself. */
  readonly #found = new Map<string, Found | null>();
  readonly #measured = new Map<string, Place | null>();
  /** Those of the last frame, as text: whether something moved. */
  #before = '';

  constructor(surface: Surface, hasAnchors: boolean) {
    this.#own = surface;
    this.#hasAnchors = hasAnchors;
  }

  /** The page changed: an anchor may be another element, and stand in others. */
  forget(): void {
    this.#found.clear();
  }

  newFrame(): void {
    this.#measured.clear();
  }

  /** Whether they stand elsewhere than in the last frame; asked once in each. */
  haveMoved(): boolean {
    const now = [...this.#measured].map(([id, place]) => [id, place?.matrix, place?.clip]);
    const text = JSON.stringify(now);
    const hasMoved = text !== this.#before;
    this.#before = text;
    return hasMoved;
  }

  /** Null for an anchor that is not here. */
  of(id: string | null): Place | null {
    const key = id ?? '';
    let place = this.#measured.get(key);
    if (place === undefined) {
      let found = this.#found.get(key);
      if (found === undefined) {
        found = this.#find(key);
        this.#found.set(key, found);
      }
      place = found && measure(found);
      this.#measured.set(key, place);
    }
    return place;
  }

  #find(key: string): Found | null {
    if (key === '') return { surface: this.#own, clips: clipsOf(this.#own) };
    if (!this.#hasAnchors) return null;
    const root = this.#own instanceof Element ? this.#own : document;
    const surface = root.querySelector(`[data-mote-anchor="${CSS.escape(key)}"]`);
    return surface && { surface, clips: clipsOf(surface) };
  }
}

function measure({ surface, clips }: Found): Place {
  let [left, top, right, bottom] = [-Infinity, -Infinity, Infinity, Infinity];
  for (const { element } of clips) {
    const box = element.getBoundingClientRect();
    left = Math.max(left, box.left);
    top = Math.max(top, box.top);
    right = Math.min(right, box.right);
    bottom = Math.min(bottom, box.bottom);
  }
  return {
    matrix: surfaceMatrix(surface),
    clip: { left, top, right, bottom },
    scrollers: clips.filter(({ scrolls }) => scrolls).map(({ element }) => element),
  };
}

/** The elements that cut off what stands in them; the window does so by itself. */
function clipsOf(surface: Surface): Found['clips'] {
  const clips = [];
  let at: Element | null = surface instanceof Element ? surface : null;
  for (; at && at !== document.body && at !== document.documentElement; at = at.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(at);
    const scrolls = /auto|scroll/.test(overflowX + overflowY);
    const hides = /hidden|clip/.test(overflowX + overflowY);
    // A cursor just outside of the surface is still on it; not so outside of what is scrolled.
    if (scrolls || (hides && at !== surface)) clips.push({ element: at, scrolls });
  }
  return clips;
}
