"""A window of Qt WebEngine that does what lines of JSON on its input say. Run by an old Python with PyQt5: 3.6 on.

{"open": ADDRESS}, {"js": EXPRESSION} or {"picture": FILE}; each is answered by one line {"value": ...}.
"""

import json
import os
import sys
import threading

os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox")
os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

from PyQt5.QtCore import QObject, QUrl, pyqtSignal
from PyQt5.QtWebEngineWidgets import QWebEngineView
from PyQt5.QtWidgets import QApplication

WIDTH, HEIGHT = 1280, 720


class Orders(QObject):
    """Lines of the input, each given to the thread of the window; None at the end."""

    came = pyqtSignal(object)

    def read(self):
        for line in sys.stdin:
            self.came.emit(json.loads(line))
        self.came.emit(None)


def answer(value):
    print(json.dumps({"value": value}), flush=True)


def main():
    application = QApplication(["engine", "--no-sandbox"])
    view = QWebEngineView()
    view.resize(WIDTH, HEIGHT)
    view.show()

    def obey(order):
        if order is None:
            application.quit()
        elif "open" in order:
            view.load(QUrl(order["open"]))
            answer(True)
        elif "js" in order:
            view.page().runJavaScript(order["js"], answer)
        elif "picture" in order:
            screen = application.primaryScreen()
            answer(screen.grabWindow(int(view.winId())).save(order["picture"]))

    orders = Orders()
    orders.came.connect(obey)
    threading.Thread(target=orders.read, daemon=True).start()
    answer(True)
    application.exec_()
    os._exit(0)


main()
