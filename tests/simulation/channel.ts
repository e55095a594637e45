/** The way between the tabs of one browser profile. */
import type { Channel } from "../../lib/session/channel.ts";
import type { LockUser } from "./locks.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./time.ts";

/** How it behaves: a broken one throws when it is opened, or when it is used. */
export type ChannelKind = "absent" | "good" | "unopenable" | "mute";

interface Ear {
  readonly owner: LockUser;
  readonly onNews: () => void;
}

/** Made once: an error takes long to make. */
const CLOSED = new DOMException("The channel is closed", "InvalidStateError");

/** Carries announcements. */
export class ChannelBus {
  readonly #kind: ChannelKind;
  readonly #time: VirtualTime;
  readonly #random: () => Random;
  readonly #ears: Set<Ear> = new Set();

  constructor(kind: ChannelKind, time: VirtualTime, random: () => Random) {
    this.#kind = kind;
    this.#time = time;
    this.#random = random;
  }

  /** What `openChannel` is for a tab. */
  open(owner: LockUser, onNews: () => void): Channel | undefined {
    if (this.#kind === "absent") return undefined;
    if (this.#kind === "unopenable") throw new Error("Channels are blocked");
    const ear = { owner, onNews };
    this.#ears.add(ear);
    return {
      announce: () => this.#announce(ear),
      close: () => void this.#ears.delete(ear),
    };
  }

  #announce(from: Ear): void {
    if (this.#kind === "mute") {
      throw CLOSED;
    }
    if (from.owner.isDead) return;
    for (const ear of this.#ears) {
      if (ear === from) continue;
      this.#time.schedule(this.#random().whole(0, 30), () => {
        if (this.#ears.has(ear) && !ear.owner.isDead) ear.onNews();
      });
    }
  }
}
