/** One input with the output that OpenAI Evals or Python gave for it. */
export interface Vector {
  /** What tells it from its neighbours, for messages. */
  readonly input: string;
  readonly expected: unknown;
  /** What evaltui gives. */
  readonly actual: () => unknown;
}

/** The vectors of one function. */
export interface VectorGroup {
  readonly name: string;
  readonly vectors: readonly Vector[];
}

/** @param compare what a row of the vectors file expects, and what evaltui gives for it */
export function vectorGroup<Row>(
  name: string,
  rows: readonly Row[] | undefined,
  compare: (row: Row) => readonly [expected: unknown, actual: () => unknown],
): VectorGroup {
  const vectors = (rows ?? []).map((row) => {
    const [expected, actual] = compare(row);
    return { input: JSON.stringify(row).slice(0, 200), expected, actual };
  });
  return { name, vectors };
}
