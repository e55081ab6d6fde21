import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DB_VERSION } from '../../src/store/sqlite/migrations.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { startRun } from './contract/run-fixture.ts';
import { useTestFolder, withDb } from './test-folder.ts';

const random = Math.random;
const given = useTestFolder();

function modeOf(file: string): string {
  return (statSync(file).mode & 0o777).toString(8);
}

describe('opening a SQLite store', () => {
  it('makes its folder and files for their owner only, and keeps the folder out of git', async () => {
    const file = join(given.folder, 'project', '.evaltui', 'evaltui.db');
    await using store = await openSqliteStore({ path: file, random });
    await startRun(store);
    expect(modeOf(join(given.folder, 'project', '.evaltui'))).toBe('700');
    for (const each of [file, `${file}-wal`, `${file}-shm`]) expect(modeOf(each)).toBe('600');
    expect(readFileSync(join(given.folder, 'project', '.evaltui', '.gitignore'), 'utf8')).toBe('*\n');
  });

  it.skipIf(!existsSync('/proc/self'))('says at once that its folder cannot be made', async () => {
    const opened = openSqliteStore({ path: '/proc/none/evaltui.db', random });
    await expect(opened).rejects.toThrow(/\/proc\/none/);
  });

  it('puts no .gitignore into a folder that is not its own', async () => {
    await using store = await openSqliteStore({ path: given.path, random });
    await startRun(store);
    expect(existsSync(join(given.folder, '.gitignore'))).toBe(false);
  });

  it('finds everything again after it was closed', async () => {
    {
      await using store = await openSqliteStore({ path: given.path, random });
      await startRun(store);
    }
    await using store = await openSqliteStore({ path: given.path, random });
    expect(await store.counts('run-1')).toMatchObject({ queued: 3 });
  });

  it('refuses a db of a newer version, and names both versions', async () => {
    await (await openSqliteStore({ path: given.path, random }))[Symbol.asyncDispose]();
    withDb(given.path, (db) => db.pragma('user_version = 99'));
    for (const readonly of [false, true]) {
      const opened = openSqliteStore({ path: given.path, readonly, random });
      await expect(opened).rejects.toMatchObject({
        code: 'db-newer',
        message: expect.stringMatching(new RegExp(`version 99.*up to ${DB_VERSION}.*Update`)) as string,
      });
    }
  });

  it('refuses a file that is no db, and leaves it as it is', async () => {
    writeFileSync(given.path, 'id,country\n'.repeat(100));
    const invalid = { code: 'db-invalid', message: expect.stringContaining(given.path) as string };
    await expect(openSqliteStore({ path: given.path, random })).rejects.toMatchObject(invalid);
    await expect(openSqliteStore({ path: given.path, readonly: true, random })).rejects.toMatchObject(
      invalid,
    );
    expect(readFileSync(given.path, 'utf8')).toBe('id,country\n'.repeat(100));
  });

  it('refuses the db of another program, and leaves it as it is', async () => {
    withDb(given.path, (db) => db.exec('CREATE TABLE bookmarks (url TEXT)'));
    const before = readFileSync(given.path);
    await expect(openSqliteStore({ path: given.path, random })).rejects.toMatchObject({ code: 'db-invalid' });
    expect(readFileSync(given.path).equals(before)).toBe(true);
  });

  it('says that a damaged db is damaged', async () => {
    {
      await using store = await openSqliteStore({ path: given.path, random });
      await startRun(store);
    }
    const bytes = readFileSync(given.path);
    writeFileSync(given.path, bytes.fill(0xff, 4096));
    const read = openSqliteStore({ path: given.path, random }).then(async (store) => {
      await using reading = store;
      return await reading.snapshot('run-1');
    });
    await expect(read).rejects.toMatchObject({ code: 'db-invalid' });
  });

  it('says that there is no db to read, and makes none', async () => {
    const file = join(given.folder, 'none', 'tasks.db');
    const missing = { code: 'run-not-found', message: expect.stringContaining(file) as string };
    await expect(openSqliteStore({ path: file, readonly: true, random })).rejects.toMatchObject(missing);
    expect(existsSync(join(given.folder, 'none'))).toBe(false);
    writeFileSync(given.path, '');
    const empty = openSqliteStore({ path: given.path, readonly: true, random });
    await expect(empty).rejects.toMatchObject({ code: 'run-not-found' });
  });

  it('says that a folder or a given.path through a file cannot be a db', async () => {
    writeFileSync(given.path, '');
    mkdirSync(join(given.folder, 'folder'));
    for (const file of [join(given.path, 'tasks.db'), join(given.folder, 'folder')]) {
      const unwritable = { code: 'db-unwritable', message: expect.stringContaining(file) as string };
      await expect(openSqliteStore({ path: file, random })).rejects.toMatchObject(unwritable);
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'does not try for ever where nobody can make a folder',
    async () => {
      const nowhere = { code: 'db-unwritable', message: expect.stringContaining('ENOENT') as string };
      await expect(openSqliteStore({ path: '/proc/none/tasks.db', random })).rejects.toMatchObject(nowhere);
    },
  );

  it('says that a db may not be written', async () => {
    await (await openSqliteStore({ path: given.path, random }))[Symbol.asyncDispose]();
    chmodSync(given.path, 0o444);
    chmodSync(given.folder, 0o555);
    const stranger = given.start('open-as-stranger.ts', given.path);
    expect(await stranger.exit).toBe(0);
    chmodSync(given.folder, 0o755);
    expect(JSON.parse(stranger.output())).toMatchObject({
      code: 'db-unwritable',
      message: expect.stringContaining(given.path) as string,
    });
  });

  it('is made by several processes at once', async () => {
    const ids = ['run-1', 'run-2', 'run-3', 'run-4'];
    const makers = ids.map((id) => given.start('plan-own-run.ts', given.path, id));
    await Promise.all(makers.map((maker) => maker.said('ready')));
    for (const maker of makers) maker.send('go\n');
    expect(await Promise.all(makers.map((maker) => maker.exit))).toEqual([0, 0, 0, 0]);
    await using store = await openSqliteStore({ path: given.path, readonly: true, random });
    expect((await store.listRuns()).map((run) => run.runId).sort()).toEqual(ids);
  });
});
