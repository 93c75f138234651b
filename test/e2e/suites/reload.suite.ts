/** The window after a reload: the fine-tune that was at work still is; what ends beside it is told. */
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import type { Job } from '../../../engine/wire/jobs.js';
import { listJobs, pause, resume, stopNow } from '../../../engine/wire/supervisorMessages.js';
import { extension, shot, until, webview } from './ui.js';

describe('a reloaded window', () => {
  it('finds the fine-tune of the window before, with its whole history', async () => {
    const { engine } = await extension();
    const job = await until('the job', () => atWork(engine.jobs));
    assert.match(job.runDir!, /second$/);
    await vscode.commands.executeCommand('regrip.showJob', { id: job.id });
    await until('the curves', async () => (await webview()).drawn > 1);
    await shot('run-reloaded-dark');
  });

  it('brings back the panels of logs and plans', async () => {
    const { tabs } = vscode.window.tabGroups.activeTabGroup;
    for (const [label, text] of [
      ['Gripper', /Gripper in the logs.*switches/s],
      ['Adapt', /Adapt 7-D → 8-D.*widened/s],
    ] as const) {
      const index = tabs.findIndex((tab) => tab.label.startsWith(label));
      assert.ok(index >= 0, `${label} is not among ${tabs.map((tab) => tab.label)}`);
      await vscode.commands.executeCommand(`workbench.action.openEditorAtIndex${index + 1}`);
      await until(`${label}'s page`, async () => text.test((await webview()).text));
    }
  });

  it('pauses and goes on', async () => {
    const { engine } = await extension();
    const job = atWork(engine.jobs)!;
    await engine.call(pause, { id: job.id });
    await until('the pause', () => engine.job(job.id)?.state === 'paused');
    await engine.call(resume, { id: job.id });
    await until('it to go on', () => engine.job(job.id)?.state === 'running');
  });

  it('says that a worker was killed, and resumes from its checkpoint', async () => {
    const { engine } = await extension();
    const job = atWork(engine.jobs)!;
    execFileSync('pkill', ['-9', '-f', 'engine/tensors/worker.js']);
    const failed = await until('the failure', () => {
      const now = engine.job(job.id);
      return now?.state === 'failed' && now;
    });
    assert.ok(failed.resumable);
    assert.match(failed.error!.message, /signal|SIGKILL|ended|crash/i);
    await engine.call(resume, { id: job.id });
    await until('it to run again', () => engine.job(job.id)?.state === 'running', 60_000);
  });

  it('survives the end of the supervisor', async () => {
    const { engine } = await extension();
    const { pid } = (await engine.status())!;
    process.kill(pid, 'SIGKILL');
    const { jobs } = await until('a successor', () => engine.call(listJobs, {}).catch(() => undefined));
    assert.ok(jobs.some(({ runDir }) => /second$/.test(runDir ?? '')));
    const job = jobs.find(({ runDir }) => /second$/.test(runDir ?? ''))!;
    await until('its end', () => {
      const now = engine.job(job.id);
      return now?.ended !== undefined || now?.state === 'failed';
    });
    assert.notEqual(engine.job(job.id)?.state, 'running');
  });

  it('stops the engine', async () => {
    const { engine } = await extension();
    const { jobs } = await engine.call(listJobs, {});
    for (const { id, state } of jobs) if (state === 'running') await engine.call(stopNow, { id });
    await engine.stop();
    assert.equal(await engine.status(), undefined);
  });
});

function atWork(jobs: readonly Job[]): Job | undefined {
  return jobs.find(({ kind, state }) => kind === 'finetune' && state === 'running');
}
