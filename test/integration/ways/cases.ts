/** What is said of files and images has to hold whichever way they are read and sent. */
const CASES = ['changes', 'links', 'metadata', 'names', 'selection'];

/** Declares the tests of these cases once more, for a way that is not the one taken by itself. @param way options */
export async function casesBy(way: string): Promise<void> {
  process.env['SKINNYWHALE_TEST_WAY'] = way;
  for (const name of CASES) await import(`../cases/${name}.test.ts`);
}
