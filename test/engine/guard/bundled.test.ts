import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mappedScript } from '../../../src/process/inspector/source-map.ts';
import { startGuarded } from './ask-guard.ts';

/** As a bundler writes it, from `src/count.ts` and `src/main.ts`, which are not there any more. */
const CODE = `function e({limit:e}){let t=0;for(;t>=0;)t=(t+1)%e;return t}const t=async t=>(await Promise.resolve(),e({limit:t}));async function n(e){return await t(e)+1}setTimeout(()=>void n(1e3),20);export{n as gradeAnswer};
`;
const MAP = {
  version: 3,
  names: ['countForEver', 'count', 'limit', 'callModel', 'gradeAnswer'],
  sources: ['../src/count.ts', '../src/main.ts'],
  mappings:
    'AAKA,SAAgBA,EAAa,CAAE,SAA2B,CACxD,IAAIC,EAAQ,EACZ,KAAOA,GAAS,GAAG,GAASA,EAAQ,GAAKC,EACzC,OAAOD,CACT,CCPA,MAAME,EAAY,KAAO,KACvB,MAAM,QAAQ,QAAQ,EACfH,EAAa,CAAE,OAAM,CAAC,GAG/B,eAAsBI,EAAY,EAAgC,CAEhE,OAAO,MADcD,EAAUD,CAAK,EACpB,CAClB,CACA,eAAiB,KAAKE,EAAY,GAAI,EAAG,EAAE,E',
};

let folder: string;
let bundle: string;

function writeBundle(comment: string): void {
  writeFileSync(bundle, `${CODE}//# sourceMappingURL=${comment}`);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evaltui-map-'));
  mkdirSync(join(folder, 'dist'));
  bundle = join(folder, 'dist', 'bundle.mjs');
  writeFileSync(`${bundle}.map`, JSON.stringify(MAP));
  writeBundle('bundle.mjs.map');
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('a loop in a bundle', () => {
  it('is told by the function and the line of the source, on stacks as in profiles', async () => {
    using guarded = await startGuarded(['bundle'], { env: { BUNDLE: bundle } });
    const [thread] = await guarded.ask({ op: 'stack', threadId: 2, locals: false });
    const [count, main] = ['count', 'main'].map((name) => join(folder, 'src', `${name}.ts`));
    expect(thread?.frames).toMatchObject([
      { functionName: 'countForEver', file: count, line: 8, isYours: true },
      { functionName: 'callModel', file: main, line: 5, isYours: true },
      { functionName: 'gradeAnswer', file: main, line: 10, isAwaiting: true },
    ]);
    const [profile] = await guarded.ask({ op: 'profile', threadId: 2, durationMs: 300 });
    const own = profile?.functions.filter(({ isYours }) => isYours);
    expect(own?.map(({ functionName, file }) => [functionName, file])).toContainEqual(['callModel', main]);
  });
});

describe('the map of a script', () => {
  const countsAt = (): string | undefined =>
    mappedScript(bundle)?.placeOf({ lineNumber: 0, columnNumber: CODE.indexOf('t=(t+1)') })?.file;

  it('may be in the script itself, and is read again when that has changed', () => {
    const data = Buffer.from(JSON.stringify({ ...MAP, sourceRoot: '../lib/deep/' })).toString('base64');
    writeBundle(`data:application/json;charset=utf-8;base64,${data}`);
    expect(countsAt()).toBe(join(folder, 'lib', 'src', 'count.ts'));
    writeBundle('bundle.mjs.map');
    utimesSync(bundle, 1, 1);
    expect(countsAt()).toBe(join(folder, 'src', 'count.ts'));
  });

  it.each(['none.map', 'https://example.com/bundle.mjs.map', 'data:application/json,no', '/dev/zero', '.'])(
    'is none where it is %s',
    (comment) => {
      writeBundle(comment);
      utimesSync(bundle, 2, 2);
      expect(countsAt()).toBeUndefined();
    },
  );
});
