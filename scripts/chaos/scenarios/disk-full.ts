import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { recordsOf } from "../history.ts";
import type { Stage } from "../stage.ts";

/** A disk that can be filled. */
export interface SmallDisk {
  folder: string;
  /** A shell's line to run before the server. */
  before: string | undefined;
  fill: (serverPid: number) => void;
  free: (serverPid: number) => void;
  remove: () => void;
}

const bytes = 48 * 1024 * 1024;

/**
 * A file system in memory of 48 MB, where mounting is allowed: writes then fail with ENOSPC. Elsewhere a limit on the size
 * of the server's files, which writes run into with EFBIG.
 */
export function createSmallDisk(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "countersign-disk-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    // The signal would end the server; ignored, it leaves the error.
    return { folder, before: "trap '' XFSZ", fill: limitTo("4096"), free: limitTo("unlimited"), remove };
  }
  const filler = join(folder, "filler");
  return {
    folder,
    before: undefined,
    fill: () => fillUp(filler),
    free: () => rmSync(filler),
    remove() {
      execFileSync("umount", ["-l", folder]);
      remove();
    },
  };
}

const limitTo = (limit: string) => (pid: number) =>
  void execFileSync("prlimit", [`--pid=${pid}`, `--fsize=${limit}:unlimited`]);

/** Until not even a page fits. */
function fillUp(file: string): void {
  for (let size = 1024 * 1024; size >= 4096; ) {
    try {
      appendFileSync(file, Buffer.alloc(size));
    } catch {
      size /= 2;
    }
  }
}

/** Fills the disk several times, under load: what cannot be written is refused with 503, and served once there is space. */
export async function diskFull(stage: Stage, rounds: number, disk: SmallDisk): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await stage.randomMoment();
    const from = Date.now();
    const { pid } = stage.server();
    await stage.fault("disk full", false, async () => {
      disk.fill(pid);
      await untilRefused(stage, from);
      // For some time, in which the log of writes cannot grow either.
      await wait(stage.random(300, 1_500));
      disk.free(pid);
    });
    await stage.untilServed();
  }
}

const refusedMs = 15_000;

async function untilRefused(stage: Stage, from: number): Promise<void> {
  const isRefused = () =>
    recordsOf(stage.history, "request").some(({ begin, answer }) => begin >= from && answer?.status === 503);
  for (const until = from + refusedMs; !isRefused(); await wait(50)) {
    if (Date.now() < until) continue;
    stage.broken("service", "nothing was refused although the disk is full");
    return;
  }
}
