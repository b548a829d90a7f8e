/** The part of elf-tools that serves as a second opinion. It has no types of its own. */
declare module 'elf-tools' {
  interface Parsed {
    header: { class: string; endian: string; type: string; machine: string; flags: number; phnum: number };
    programs: { header: { type: string; offset: number; vaddr: number; filesz: number }; data: Buffer }[];
  }
  const elfTools: { parse(image: Buffer): Parsed };
  export default elfTools;
}
