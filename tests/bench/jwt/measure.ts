/**
 * Measures cases in turns, so that whatever else the machine does disturbs
 * all of them alike.
 */

/** What has passed, in microseconds. */
export interface Reading {
  readonly wall: number;
  /** Of all threads of the process. */
  readonly cpu: number;
}

/** What one run can be measured with. */
export interface Meter<T> {
  /** Runs a case so many times and reads the clocks around it. */
  measure(subject: T, count: number): Promise<Reading>;
}

/** Microseconds for one token. */
export interface Figures {
  readonly medianWall: number;
  readonly lowCpu: number;
}

export interface MeasureOptions {
  readonly rounds: number;
  /** How long one turn takes, in milliseconds. */
  readonly sliceMs: number;
}

/** Measures all subjects; figures are in their order. */
export async function measureInTurns<T>(
  subjects: readonly T[],
  meter: Meter<T>,
  { rounds, sliceMs }: MeasureOptions,
): Promise<Figures[]> {
  const counts: number[] = [];
  for (const subject of subjects) {
    counts.push(await findCount(subject, meter, sliceMs));
  }
  const readings: Reading[][] = subjects.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const i of orderOf(round, subjects.length)) {
      const count = counts[i] as number;
      const { wall, cpu } = await meter.measure(subjects[i] as T, count);
      readings[i]?.push({ wall: wall / count, cpu: cpu / count });
    }
  }
  return readings.map((all) => ({
    medianWall: quantile(all.map(({ wall }) => wall), 0.5),
    lowCpu: quantile(all.map(({ cpu }) => cpu), 0.1),
  }));
}

/** Each round begins elsewhere, every other one goes backwards. */
function orderOf(round: number, length: number): number[] {
  const order = Array.from({ length }, (_, i) => (i + round * 3) % length);
  return round % 2 ? order.reverse() : order;
}

/** Warms a subject up, until a run takes as long as it should. */
async function findCount<T>(
  subject: T,
  meter: Meter<T>,
  sliceMs: number,
): Promise<number> {
  let count = 64;
  for (;;) {
    const { wall } = await meter.measure(subject, count);
    if (wall >= sliceMs * 500) {
      return Math.max(64, Math.round(count * sliceMs * 1000 / wall));
    }
    count *= 2;
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * part)] ?? NaN;
}
