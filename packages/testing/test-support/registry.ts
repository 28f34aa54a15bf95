import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Installed } from "./workspace.ts";

interface Package {
  manifest: { name: string; version: string; optionalDependencies?: Record<string, string> };
  /** What sends its tarball. */
  send: (response: ServerResponse) => void;
}

/**
 * A package registry on a free port of this machine, so that npm installs without a network: it has the packages that
 * are installed in the workspace, and the tarballs of our own in place of the workspace's folders.
 * @param upstream the registry that whoever asks for another package is led on to
 */
export async function startRegistry(root: string, installed: Installed, tarballs: string[], upstream?: string) {
  const packages = [
    ...Object.keys(installed).map((path) => inFolder(join(root, path))),
    ...(await Promise.all(tarballs.map(inTarball))),
  ];
  const names = new Set(packages.map(({ manifest }) => manifest.name));
  let url = "";
  const server = createServer((request, response) => {
    const [name = "", version] = decodeURIComponent(request.url ?? "/")
      .slice(1)
      .split("/-/");
    const versions = packages.filter(({ manifest }) => manifest.name === name);
    const wanted = versions.find(({ manifest }) => manifest.version === version);
    if (wanted) return wanted.send(response);
    if (upstream && versions.length === 0) {
      return response.writeHead(302, { location: upstream.replace(/\/$/, "") + request.url }).end();
    }
    if (version || versions.length === 0) return response.writeHead(404).end();
    return response.end(JSON.stringify(documentOf(name, versions, url, names)));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => server.close() };
}

/** What a registry tells of all versions of a package. The last one is the latest. */
function documentOf(name: string, versions: Package[], url: string, names: Set<string>): object {
  const entries = versions.map(({ manifest }) => {
    const tarball = `${url}/${name}/-/${manifest.version}`;
    // Those of other platforms are not here, and `npm ci` misses in the lock what `npm install` could not find.
    const optional = Object.entries(manifest.optionalDependencies ?? {}).filter(([name]) => names.has(name));
    const optionalDependencies = Object.fromEntries(optional);
    return [manifest.version, { ...manifest, optionalDependencies, scripts: {}, dist: { tarball } }] as const;
  });
  return { name, "dist-tags": { latest: entries.at(-1)?.[0] }, versions: Object.fromEntries(entries) };
}

function inFolder(folder: string): Package {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return { manifest, send: (response) => sendFolder(folder, response) };
}

function sendFolder(folder: string, response: ServerResponse): void {
  const options = { encoding: "buffer", maxBuffer: Number.POSITIVE_INFINITY } as const;
  execFile("tar", ["-cf", "-", "--exclude=./node_modules", "-C", folder, "."], options, (error, tar) => {
    response.writeHead(error ? 500 : 200).end(tar);
  });
}

async function inTarball(file: string): Promise<Package> {
  const manifest = await new Promise<Package["manifest"]>((resolve, reject) => {
    execFile("tar", ["-xzOf", file, "package/package.json"], (error, text) => {
      if (error) reject(error);
      else resolve(JSON.parse(text));
    });
  });
  return { manifest, send: (response) => response.end(readFileSync(file)) };
}
