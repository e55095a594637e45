/** What verifiers of one process share. */

/** More issuers than one process serves. */
const MAX_SHARED = 32;

/**
 * What a map holds under a key, made where it is missing. The entry that was
 * not asked for longest goes when there are too many.
 *
 * @param map The map.
 * @param key The key.
 * @param make Makes what is missing.
 * @returns The value.
 */
export function share<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  // Back to the end, where the latest are.
  map.delete(key);
  map.set(key, value);
  if (map.size > MAX_SHARED) map.delete([...map.keys()][0] as K);
  return value;
}
