/** The large screen: one page that is opened once and stays for weeks. */
import { createApp } from "vue"
import "../../web/tokens.css"
import "./display.css"
import { fetchLetters } from "../../web/letters"
import DisplayPage from "./DisplayPage.vue"
import { everySentence } from "./texts"

fetchLetters(everySentence())
createApp(DisplayPage).mount("#app")
