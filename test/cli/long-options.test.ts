import { expect, it } from 'vitest';
import { writeOutOptions } from '../../src/cli/long-options.ts';

const NAMES = [
  '--max_samples',
  '--seed',
  '--dry-run',
  '--dry-run-logging',
  '--record_path',
  '--registry_path',
];

it('writes out any beginning of a name that no other has, with either dash', () => {
  const given = ['x', '--max_s', '5', '--max-samples=6', '--dry-run', '--rec=a=b', '--se', '1'];
  expect(writeOutOptions(given, NAMES)).toEqual(
    'x --max_samples 5 --max_samples=6 --dry-run --record_path=a=b --seed 1'.split(' '),
  );
});

it('leaves what is no option, and all behind --', () => {
  const given = ['-h', '--unknown', '5', '--', '--max_s'];
  expect(writeOutOptions(given, NAMES)).toEqual(given);
});

it('refuses a beginning that several names have', () => {
  expect(() => writeOutOptions(['--re', 'x'], NAMES)).toThrow(
    'ambiguous option: --re could match --record_path, --registry_path.',
  );
});
