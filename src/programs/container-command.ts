import { healthcheckCommand, type OwnRun, type RunConfig } from '../model/image-config.ts';
import { baseName } from '../model/image-path.ts';
import { shellWords } from '../shell/shell-commands.ts';

/** Programs that only install: what runs them makes a container, and is not what it is for. */
const INSTALLERS =
  /^(apk|apt|apt-get|aptitude|debootstrap|dnf|dpkg|dpkg-reconfigure|microdnf|mmdebstrap|pacman|rpm|tdnf|yum|zypper)$/;

/** Programs that install with these words, and start applications with others. */
const INSTALLING =
  /\b(npm|npx|pnpm|yarn|pip3?|pipx|poetry|uv|gem|bundle|composer|conda|mamba|cpanm?|luarocks|go|cargo) +(-\S+ +)*(add|build|ci|get|i|install|sync|update|upgrade)\b/;

const SHELL = /^(ba|da|a|z|k|mk|fi)?sh$/;

/**
 * How a container was run, where its image does not say the same and it was the application: not a bare shell, and not a
 * step that installs something; and how its health is checked.
 * @param container the container's own configuration
 * @param image its image's
 */
export function ownCommand(container: RunConfig, image: RunConfig): OwnRun | undefined {
  const words = commandOf(container);
  const isOwn = words.length > 0 && words.join('\0') !== commandOf(image).join('\0') && !isPreparation(words);
  const { Entrypoint, Cmd, WorkingDir, User, Healthcheck } = container;
  const isChecked =
    Healthcheck !== undefined && healthcheckCommand(container).join('\0') !== healthcheckCommand(image).join('\0');
  const health = isChecked ? { Healthcheck } : {};
  if (!isOwn) return isChecked ? health : undefined;
  return {
    ...health,
    ...(Entrypoint !== undefined && { Entrypoint }),
    ...(Cmd !== undefined && { Cmd }),
    ...(WorkingDir !== undefined && { WorkingDir }),
    ...(User !== undefined && { User }),
  };
}

function commandOf({ Entrypoint = [], Cmd = [] }: RunConfig): readonly string[] {
  return [...Entrypoint, ...Cmd];
}

function isPreparation(words: readonly string[]): boolean {
  const [program = '', ...rest] = words;
  const isShell = SHELL.test(baseName(program));
  if (isShell && !rest.some((word) => !word.startsWith('-'))) return true;
  const flag = isShell ? rest.findIndex((word) => /^-\w*c$/.test(word)) : -1;
  const script = flag < 0 ? words.join(' ') : (rest[flag + 1] ?? '');
  const commands = flag < 0 ? [program] : shellWords(script).commands;
  return INSTALLING.test(script) || commands.some((command) => INSTALLERS.test(baseName(command)));
}
