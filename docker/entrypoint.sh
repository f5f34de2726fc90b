#!/bin/sh
# Starts one part of Sakkan: web, worker, beat or migrate. Everything else is run as it stands.
set -eu

case "${1:-web}" in
    web)
        # Static files were collected when the image was built; nginx and whitenoise read them from the data folder.
        if [ -d /app/static-built ]; then
            mkdir -p "$SAKKAN_VAR/static" && cp -r /app/static-built/. "$SAKKAN_VAR/static/"
        fi
        exec gunicorn studio.config.wsgi:application \
            --bind "${SAKKAN_BIND:-0.0.0.0:8000}" --worker-class gthread \
            --workers "${SAKKAN_WEB_WORKERS:-2}" --threads "${SAKKAN_WEB_THREADS:-32}" \
            --timeout 120 --graceful-timeout 5 --no-control-socket --access-logfile -
        ;;
    worker)
        # Prefork with one child a GPU: the parent never touches the device.
        exec celery -A studio.config.celery worker --queues "${SAKKAN_QUEUES:-gpu,cpu,io}" \
            --concurrency "${SAKKAN_WORKERS:-1}" --hostname "worker@$(hostname)" --loglevel "${SAKKAN_LOG_LEVEL:-INFO}"
        ;;
    beat)
        exec celery -A studio.config.celery beat --schedule "$SAKKAN_VAR/beat-schedule" --loglevel "${SAKKAN_LOG_LEVEL:-INFO}"
        ;;
    migrate)
        python manage.py migrate --noinput
        exec python manage.py register_models
        ;;
    *)
        exec "$@"
        ;;
esac
