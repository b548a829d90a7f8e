import { openjdk17 } from '../../real-programs/openjdk-17.ts';
import { testRealProgram } from './real-program.ts';
import { repaired } from './repaired.ts';

testRealProgram(
  openjdk17,
  repaired('CMD ["java", "-cp", "/app", "Check"]', 'java', () => ['--check', 'java -cp /app Check']),
);
