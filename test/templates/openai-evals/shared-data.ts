import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** OpenAI Evals' registry, reference runs and vectors. They are not part of this repository. */
const shared = process.env['EVALTUI_SHARED'] ?? resolve(import.meta.dirname, '../../../../shared');

export const OPENAI_EVALS: string = join(shared, 'openai-evals');

export const OPENAI_REGISTRY: string = join(OPENAI_EVALS, 'registry');

export const hasSharedData: boolean = existsSync(OPENAI_EVALS);

/** For the name of a suite that is skipped without the data. */
export const SHARED_DATA_NOTE: string = hasSharedData
  ? ''
  : ` (skipped: no ${OPENAI_EVALS}; set EVALTUI_SHARED)`;

export function readShared(path: string): string {
  return readFileSync(join(OPENAI_EVALS, path), 'utf8');
}

/** A vectors file, or nothing without the data. */
export function readVectors<Vectors>(path: string): Vectors | undefined {
  return hasSharedData ? (JSON.parse(readShared(path)) as Vectors) : undefined;
}

/** The objects of a JSONL text. Python's bare NaN, which is no JSON, is read as null. */
export function linesOf<Line>(text: string): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line.replaceAll(/(?<=[:[,] )NaN(?=[,\]}])/g, 'null')) as Line);
}
