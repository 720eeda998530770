/** Which language stands first and large on this machine; a visitor swaps it, and the next one finds Chinese. */
import { ref } from "vue"

export const english = ref(false)
