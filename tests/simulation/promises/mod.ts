/** The eleven promises, each with those who watch it. */
import type { Checker, World } from "../world.ts";
import { Kept } from "./p01_kept.ts";
import { Once } from "./p02_once.ts";
import { Own } from "./p03_own.ts";
import { Order } from "./p04_order.ts";
import { Events } from "./p05_events.ts";
import { SignOut } from "./p06_sign_out.ts";
import { Clock, ClockKnowledge } from "./p07_clock.ts";
import { Timers } from "./p08_timers.ts";
import { Untrusted } from "./p09_untrusted.ts";
import { Format } from "./p10_format.ts";
import { Snapshots } from "./p11_snapshot.ts";

/** Everybody who watches. The last one disposes of all tabs. */
export function watchAll(world: World): readonly Checker[] {
  return [
    new ClockKnowledge(world),
    new Kept(world),
    new Once(world),
    new Own(world),
    new Order(world),
    new Events(world),
    new SignOut(world),
    new Clock(world),
    new Untrusted(world),
    new Format(world),
    new Snapshots(world),
    new Timers(world),
  ];
}
