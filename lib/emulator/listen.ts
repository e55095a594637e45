import { withControl } from "./control_http.ts";
import { adoptAddress, allowRedirects, closeConsentPage } from "./instances.ts";
import { isLoopback } from "./loopback.ts";
import type { Emulator } from "./options.ts";
import { pageAddress } from "./page_files.ts";
import type { Host, Listening, ListenOptions } from "./program/host.ts";

/** Serves an emulator on a port of a host. */
export async function listenOn(
  host: Pick<Host, "serve">,
  emulator: Emulator,
  options: ListenOptions,
): Promise<Listening> {
  const { port, hostname = "127.0.0.1", control = false } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new TypeError("The port must be a whole number from 0 to 65535");
  }
  if (control && !isLoopback(hostname)) {
    throw new TypeError(
      `Control is for loopback addresses only, and ${hostname} is none`,
    );
  }
  if (!isLoopback(hostname)) closeConsentPage(emulator, hostname);
  const handler = control
    ? withControl(emulator)
    : (request: Request) => emulator.fetch(request);
  const listening = await host.serve(handler, { port, hostname });
  adoptAddress(emulator, listening.url);
  // The page signs in by links and providers too, which lead back to it.
  if (control) allowRedirects(emulator, `${pageAddress(listening.url)}**`);
  return listening;
}
