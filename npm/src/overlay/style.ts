/**
 * How cursors look. Whoever wants it otherwise sets the variables, or styles the parts.
 *
 * The element that is moved has nothing but its transform: with a transition on it, or a variable
 * that its children inherit, a frame takes several times as long. And nothing clips: each clip in
 * what moves is looked at in every frame.
 */

export const STYLE = `
.cursor { position: absolute; left: 0; top: 0; will-change: transform; }
.look {
  opacity: var(--mote-cursor-opacity, 1);
  transition: opacity 0.2s;
  animation: appear 0.15s;
}
[data-idle] > .look { opacity: var(--mote-cursor-idle-opacity, 0.4); }
[data-gone] > .look { opacity: 0; }
svg {
  display: block;
  width: var(--mote-cursor-size, 24px);
  height: var(--mote-cursor-size, 24px);
  margin: calc(var(--mote-cursor-size, 24px) * -0.1);
  overflow: visible;
}
path {
  fill: var(--mote-cursor-color, var(--color));
  stroke: var(--mote-cursor-outline, #fff);
  stroke-width: 1.5;
  stroke-linejoin: round;
}
.tag {
  position: absolute;
  left: 16px;
  top: 18px;
  display: flex;
  flex-direction: column;
  align-items: flex-start;
  gap: 4px;
}
.look[data-left] .tag { left: auto; right: 100%; align-items: flex-end; }
.look[data-above] .tag { top: auto; bottom: 100%; flex-direction: column-reverse; }
.label, .say {
  box-sizing: border-box;
  padding: 2px 8px;
  border-radius: var(--mote-cursor-label-radius, 10px);
  background: var(--mote-cursor-color, var(--color));
  color: var(--mote-cursor-label-color, var(--on-color));
  font: var(--mote-cursor-font, 500 12px/1.4 system-ui, sans-serif);
  box-shadow: var(--mote-cursor-label-shadow, 0 1px 3px rgb(0 0 0 / 0.25));
}
.label {
  white-space: nowrap;
  transition: opacity 0.2s;
}
[data-idle] .label { opacity: 0; }
.say { width: max-content; max-width: 220px; white-space: pre-wrap; overflow-wrap: anywhere; }
:empty:not(path) { display: none; }
@keyframes appear { from { opacity: 0; } }
@media (prefers-reduced-motion: reduce) {
  .look, .label { transition: none; animation: none; }
}
@media print { .cursor { display: none; } }
`.replaceAll(/\s+/g, ' ');
