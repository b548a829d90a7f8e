import { Malformed } from './syntax.ts';

/**
 * The keys of `ExposedPorts` for one argument of EXPOSE: `80`, `80/udp`, `7000-7002`; the host's part of `8080:80` is dropped
 * (docker/go-connections nat/nat.go, ParsePortSpec).
 */
export function parsePorts(text: string): string[] {
  const [range = '', protocol = '', ...more] = text.split('/');
  const known = protocol === '' ? 'tcp' : protocol.toLowerCase();
  if (!['tcp', 'udp', 'sctp'].includes(known))
    throw new Malformed(`${JSON.stringify(protocol)} is not tcp, udp or sctp`);
  if (more.length > 0) throw new Malformed(`${JSON.stringify(text)} has more than one "/"`);
  const inside = range.slice(range.lastIndexOf(':') + 1);
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(inside) ?? [];
  const from = Number(first);
  const to = Number(last);
  if (first === undefined || to > 65_535 || to < from)
    throw new Malformed(`${JSON.stringify(text)} is not a port or range of ports`);
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}/${known}`);
}
