/** The large screen: one page that is opened once and stays for weeks. */
import { createApp } from "vue"
import "../../web/tokens.css"
import "./display.css"
import DisplayPage from "./DisplayPage.vue"

createApp(DisplayPage).mount("#app")
