// Reed-Solomon codes over GF(2^8) with the polynomial 0x11d, as ISO/IEC 18004 uses them.

function multiply(x: number, y: number): number {
  let product = 0;
  for (let i = 7; i >= 0; i--) {
    product = product << 1 ^ (product >>> 7) * 0x11d;
    product ^= (y >>> i & 1) * x;
  }
  return product;
}

function generator(degree: number): Uint8Array {
  const coefficients = new Uint8Array(degree);
  coefficients[degree - 1] = 1;
  let root = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) {
      coefficients[j] = multiply(coefficients[j]!, root) ^
        (coefficients[j + 1] ?? 0);
    }
    root = multiply(root, 2);
  }
  return coefficients;
}

function correction(data: Uint8Array, divisor: Uint8Array): Uint8Array {
  const rest = new Uint8Array(divisor.length);
  for (const byte of data) {
    const factor = byte ^ rest[0]!;
    rest.copyWithin(0, 1);
    rest[rest.length - 1] = 0;
    for (let i = 0; i < divisor.length; i++) {
      rest[i]! ^= multiply(divisor[i]!, factor);
    }
  }
  return rest;
}

/** Splits data into blocks, appends their correction and interleaves them. */
export function correctedCodewords(
  data: Uint8Array,
  blockCount: number,
  correctionLength: number,
  total: number,
): Uint8Array {
  const divisor = generator(correctionLength);
  const shortBlocks = blockCount - total % blockCount;
  const shortLength = Math.floor(total / blockCount) - correctionLength;
  const blocks: Uint8Array[] = [];
  for (let i = 0, start = 0; i < blockCount; i++) {
    const length = shortLength + (i < shortBlocks ? 0 : 1);
    blocks.push(data.slice(start, start + length));
    start += length;
  }
  const corrections = blocks.map((block) => correction(block, divisor));
  return Uint8Array.from([
    ...interleave(blocks, shortLength + 1),
    ...interleave(corrections, correctionLength),
  ]);
}

function* interleave(
  blocks: readonly Uint8Array[],
  length: number,
): Iterable<number> {
  for (let i = 0; i < length; i++) {
    for (const block of blocks) {
      if (i < block.length) yield block[i]!;
    }
  }
}
