/** The emulator's clock, as the page knows it between two looks at it. */
import type { ClockState } from "./api.ts";

let state: ClockState = { now: Date.now(), frozen: false };
let seenAt = performance.now();

/** Takes over what the emulator says. */
export function setTime(told: ClockState): void {
  state = told;
  seenAt = performance.now();
}

/** The emulator's time, in milliseconds. */
export function emulatorNow(): number {
  return state.frozen ? state.now : state.now + performance.now() - seenAt;
}

/** Whether its time stands still. */
export function isFrozen(): boolean {
  return state.frozen;
}

/** How far it is from the time of this machine, in words; "" when it is the same. */
export function describeOffset(): string {
  const seconds = Math.round((emulatorNow() - Date.now()) / 1000);
  if (Math.abs(seconds) < 2) return "";
  const direction = seconds > 0 ? "ahead" : "behind";
  return `${describeDuration(Math.abs(seconds))} ${direction}`;
}

/** A duration by its two largest units. */
export function describeDuration(seconds: number): string {
  const units: [string, number][] = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ];
  const parts: string[] = [];
  let rest = Math.max(0, Math.floor(seconds));
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0 || parts.length > 0) parts.push(`${count} ${name}`);
    rest -= count * size;
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}
