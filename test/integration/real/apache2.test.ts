import { apache2 } from '../../real-programs/apache2.ts';
import { testRealProgram } from './real-program.ts';
import { repaired } from './repaired.ts';

testRealProgram(
  apache2,
  repaired('CMD ["apache2-foreground"]', 'apache', ({ service }) => ['--probe', service?.fetch?.[2] ?? '']),
);
