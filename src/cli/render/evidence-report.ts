import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { EvidenceRow } from '../../store/task-store.ts';
import { codeBlock, codeText, plainText } from './markdown.ts';

/** What was seen with a verdict, as Markdown: reasons, stack, and every other fact that was kept. */
export function renderEvidence(evidence: EvidenceRow, of: string): readonly string[] {
  const { verdict, at, pid, thread, data } = evidence;
  const where = [
    evidence.try === null ? [] : [`try ${evidence.try}`],
    pid === null ? [] : [`pid ${pid}`],
    thread === null ? [] : [`thread ${thread}`],
  ].flat();
  const { reasons, stack, ...facts } = data;
  return [
    `### ${plainText(verdict)}: ${of}`,
    '',
    [timeText(at), ...where].join(' · '),
    '',
    ...listOf(textsOf(reasons).map(plainText)),
    ...(textsOf(stack).length === 0 ? [] : codeBlock(textsOf(stack))),
    ...listOf(Object.entries(facts).flatMap(([name, value]) => factLines(name, value))),
  ];
}

/** A moment in UTC, to the second. */
export function timeText(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Records become one line a field, so that a deep fact can be read. */
function factLines(name: string, value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return [];
  if (isRecord(value)) {
    return Object.entries(value).flatMap(([key, each]) => factLines(`${name}.${key}`, each));
  }
  return [`${plainText(name)}: ${codeText(typeof value === 'string' ? value : JSON.stringify(value))}`];
}

function isRecord(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [...lines.map((line) => `- ${line}`), ''];
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
