import { Malformed } from './syntax.ts';

/** Linux's signals by name, without `SIG` (moby/sys signal/signal_linux.go). Not this machine's: the image is for Linux. */
const NAMES = new Set(
  (
    'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP ' +
    'TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX'
  ).split(' '),
);

/** `text` as it is, where it names or numbers a Linux signal. */
export function checkSignal(text: string): string {
  const name = text.toUpperCase().replace(/^SIG/, '');
  const known = /^\d{1,2}$/.test(text)
    ? Number(text) >= 1 && Number(text) <= 64
    : NAMES.has(name) || /^RTMIN\+(?:[1-9]|1[0-5])$/.test(name) || /^RTMAX-(?:[1-9]|1[0-4])$/.test(name);
  if (!known) throw new Malformed(`${JSON.stringify(text)} is not a signal`);
  return text;
}
