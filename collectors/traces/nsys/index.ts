import type { Importer } from '../importer.ts';

/** How every SQLite file begins: https://www.sqlite.org/fileformat.html#the_database_header. */
const magic = Buffer.from('SQLite format 3\0', 'latin1');

/** Reports of NVIDIA Nsight Systems, exported with `nsys export --type sqlite`. */
export const nsysImporter: Importer = {
  id: 'nsys-sqlite',
  reads: 'SQLite exports of Nsight Systems',
  detect: (head) => magic.equals(head.subarray(0, magic.length)),
  async read(file) {
    const { readNsys } = await import('./read.ts');
    return readNsys(file);
  },
};
