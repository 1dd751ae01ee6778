export { isNamed } from "../census/service.ts";
