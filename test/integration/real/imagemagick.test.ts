import { imagemagick } from '../../real-programs/imagemagick.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(imagemagick);
